"""HTTP for photos, their files and bulk changes."""
