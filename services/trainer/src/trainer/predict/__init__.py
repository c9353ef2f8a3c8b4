"""Tags of image files by a published version."""
