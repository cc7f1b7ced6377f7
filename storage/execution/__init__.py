"""What happened and is under way: orders, attempts, events, projection, decisions, bulk replays, partners."""
