"""From codes and values to what people read: timeline sentences, failures, differences, masked values."""
