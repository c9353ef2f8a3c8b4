"""Celery over Redis: the app, publishing, consuming, heartbeats, replies."""
