"""The commands: each reads its options, calls, and prints."""
