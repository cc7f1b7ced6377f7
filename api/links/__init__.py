"""Signed links for people without an account: the client's order (`/a/`), the collaborator's offer (`/i/`).

Start with `service.py`.
"""
