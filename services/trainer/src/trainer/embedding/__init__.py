"""Embeddings of a dataset and their cache on disk."""
