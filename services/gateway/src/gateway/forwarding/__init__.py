"""Requests that the photos service answers."""
