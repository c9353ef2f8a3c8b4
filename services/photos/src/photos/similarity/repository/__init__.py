"""SQL for embeddings and pgvector."""
