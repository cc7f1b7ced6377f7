"""Accounts, sessions, links, the audit chain, data keys and their rotation."""
