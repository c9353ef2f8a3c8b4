"""Reports and accounts, as admins handle them."""
