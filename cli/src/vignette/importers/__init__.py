"""Readers for the exports of other programs: which photos to upload, with which metadata."""
