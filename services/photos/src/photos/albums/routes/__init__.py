"""HTTP for albums and share links."""
