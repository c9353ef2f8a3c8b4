"""Identifiers for tests."""

UNKNOWN_ID = "01890a5d-0000-7000-8000-000000000000"
"""A well-formed id that no object has. Constant: pytest-xdist needs the same test names in every worker."""
