"""All stages in order, from a dataset to a version in production."""
