"""HTTP for photo lists and labels."""
