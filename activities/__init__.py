"""What is done: one class per service, with its partner and stores handed in as Protocols it names itself."""
