"""From a declaration to a quote and a job: quote, declare, move, withdraw, on behalf of a member.

Start with `service.py`; the routes are in `routes.py`.
"""
