"""The command line of Vignette, a client of its HTTP API."""
