"""All stages in order, from annotated photos to a version in production."""
