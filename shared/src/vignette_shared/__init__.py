"""What Vignette's services must agree on."""
