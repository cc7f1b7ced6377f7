"""The tables of one service each, in a file with the service's name."""
