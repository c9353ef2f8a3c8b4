"""Predict the tags of image files."""
