"""Every partner of the cooperative, simulated over real HTTP and told to misbehave on demand."""
