"""SQL for accounts, API keys and account deletions."""
