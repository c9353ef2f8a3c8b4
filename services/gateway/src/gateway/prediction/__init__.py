"""Tags for a picture that is not stored."""
