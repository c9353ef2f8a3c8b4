"""Uploads: multipart and resumable, checked against the quota, then stored."""
