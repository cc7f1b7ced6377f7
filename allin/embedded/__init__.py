"""`allin up`: everything in one process on one machine, with the demonstration's people and clock."""
