"""The command line as a client of the API: requests, options, what it prints."""
