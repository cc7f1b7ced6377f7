"""What finance people do: statements, payment batches, unmatched money, returned payments, debts."""
