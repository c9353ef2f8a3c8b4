"""Publish training runs as versions and promote them to production."""
