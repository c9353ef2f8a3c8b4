"""Decoding of untrusted images in separate processes with limits on memory and time."""
