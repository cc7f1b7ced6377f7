"""The partners as operations see them, their switches, and the webhooks they send."""
