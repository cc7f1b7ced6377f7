"""Bulk replay: choose by a filter, freeze, start, follow, stop.

Start with `service.py`.
"""
