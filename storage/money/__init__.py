"""Ledger, payments, bank statements and their matching, and the figures made from them."""
