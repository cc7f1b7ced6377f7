"""What every process shares: settings, keys, the calendar, the connection to Temporal, words, telemetry."""
