"""The search box: query language, word index, photo lists and label counts."""
