"""Embeddings of a data set, cached on disk as bottlenecks."""
