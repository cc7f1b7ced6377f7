"""Finding jobs and reading one: access by role, search, lists, live events, calendar feeds.

Every look at a job passes through `access.py`.
"""
