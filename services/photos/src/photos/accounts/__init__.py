"""Accounts: registration, sessions, API keys, the owner's profile and quota, deletion."""
