"""HTTP for follows, blocks, likes, comments and reports."""
