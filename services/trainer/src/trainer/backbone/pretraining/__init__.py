"""Backbones that this project trains: from nothing, on from another, or only their top."""
