"""How a project goes on: tried out for a time, lasting as a service, and what has come of it."""
