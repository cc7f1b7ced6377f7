"""The history of a job: its steps taken apart, waiting times, deadlines, money and papers, and the export.

Start with `service.py`, the one function behind API, command line and pages.
"""
