"""Persons, clients, members and legal entities; what only they enter is encrypted."""
