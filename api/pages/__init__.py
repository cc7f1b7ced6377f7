"""The web pages: rendered here, readable without script, live with it."""
