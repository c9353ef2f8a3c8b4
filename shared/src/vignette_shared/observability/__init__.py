"""Structured logs, and the request id that links HTTP requests with the tasks they cause."""
