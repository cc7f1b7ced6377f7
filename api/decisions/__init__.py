"""Decisions on a step or a whole job: permitted, previewed, confirmed by a second person, recorded.

Start with `service.py`; who may decide what alone is in `approval_policy.py`.
"""
