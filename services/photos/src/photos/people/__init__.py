"""What users do to each other and to photos: follow, block, like, comment, report."""
