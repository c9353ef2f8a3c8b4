"""Trainings that arrive as queue messages."""
