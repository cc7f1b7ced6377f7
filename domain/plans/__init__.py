"""How a declaration and its quote become orders, and what changing or stopping them means."""
