"""Embeds photos and tags them: a queue consumer without a database."""
