"""What the routes need from outside, each stated as a Protocol: process, bank desk, previews, codec access.

Imports the domain only. Start with `process.py`.
"""
