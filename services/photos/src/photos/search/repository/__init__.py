"""SQL for photo lists, label counts and the word index."""
