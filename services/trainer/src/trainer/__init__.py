"""From annotated photos to a published model, by command line or by message."""
