"""Owner of all relational data: accounts, photos, tags, embeddings; an HTTP API and a queue consumer."""
