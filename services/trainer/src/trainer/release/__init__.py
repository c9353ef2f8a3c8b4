"""From a training run to the version in production."""
