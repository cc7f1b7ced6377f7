"""When it is done: one file per long process, and what every step goes through."""
