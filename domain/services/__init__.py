"""One module per service: its request, its booking, its price, its refusals."""
