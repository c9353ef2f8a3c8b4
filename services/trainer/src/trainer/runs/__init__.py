"""Training runs: a trained head in a folder, before it becomes a version."""
