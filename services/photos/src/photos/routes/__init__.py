"""HTTP: each route parses, calls a use case, answers."""
