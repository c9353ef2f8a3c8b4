"""A photo and its owner: view, edit, download, trash, bulk changes."""
