"""The database itself: engines, transactions, column types, migrations, pagination.

Start with `database.py`. Imports no other room of storage.
"""
