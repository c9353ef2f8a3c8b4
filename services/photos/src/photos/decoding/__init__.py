"""Untrusted pixels: decoded in processes of their own, limited in memory and time."""
