"""Backbones: import, train, publish and look up."""
