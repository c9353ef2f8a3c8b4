"""Uploads: from files on the disk to photos on the server."""
