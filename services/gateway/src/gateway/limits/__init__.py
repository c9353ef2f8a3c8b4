"""How much one client may send, and how often."""
