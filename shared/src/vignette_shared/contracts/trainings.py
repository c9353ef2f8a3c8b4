"""What photos and trainer say to each other about a training beside messages."""


def cancel_key(training_id: str) -> str:
    """Return the Redis key whose presence asks the trainer to end a training."""
    return f"training:{training_id}:cancel"
