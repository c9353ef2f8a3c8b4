"""Celery over Redis: one way to make the app, to send, to consume, to say that a worker lives."""
