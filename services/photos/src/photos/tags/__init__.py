"""Labels and the owner's decisions on them."""
