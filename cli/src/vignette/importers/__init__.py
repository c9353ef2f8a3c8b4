"""Other programs' libraries, read as they lie: what to upload, and what their sidecars know of it."""
