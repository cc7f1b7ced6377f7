"""How a quote is worked out: completed, priced, split among people, checked against the rules."""
