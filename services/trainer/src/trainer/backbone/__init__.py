"""Backbones: import, training, publication and lookup."""
