"""Contracts between the services: messages, API models, signed identities."""
