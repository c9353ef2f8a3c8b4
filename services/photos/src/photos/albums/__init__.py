"""Albums and the share links that open them to guests."""
