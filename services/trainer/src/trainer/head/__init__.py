"""The head: an MLP over embeddings, its configuration and its training."""
