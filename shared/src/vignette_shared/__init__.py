"""Contracts and libraries that Vignette's services share."""
