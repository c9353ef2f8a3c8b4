"""SQL, one module a concern; each works in the session of the unit of work that made it."""
