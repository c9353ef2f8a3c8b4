"""Runs all of Vignette as native processes on one machine, for `make up` and `make down`."""
