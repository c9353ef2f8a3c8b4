"""SQL for profiles, follows, blocks, likes and comments."""
