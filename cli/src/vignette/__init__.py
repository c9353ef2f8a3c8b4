"""The `vignette` command line: a client of the API like any other, without a part of the server."""
