"""Who is asking and what they may do: permissions, sessions, OpenID Connect, checks on every request.

Start with `permissions.py`: one table, read by every route and every page.
"""
