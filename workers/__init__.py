"""Who is on duty: where services meet their partners, and what surrounds every activity."""
