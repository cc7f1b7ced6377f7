"""Pages for advisers, operations, finance and auditors."""
