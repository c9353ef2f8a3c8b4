"""Structured logs and the ids that follow one upload through HTTP and queue."""
