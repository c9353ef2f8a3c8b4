"""SQL for albums and share links."""
