"""Photos that look alike: nearest neighbours of an embedding, and near-duplicates."""
