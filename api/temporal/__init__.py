"""The only place of the API that speaks to Temporal: start, updates, signals, bulk replays, the codec endpoint."""
