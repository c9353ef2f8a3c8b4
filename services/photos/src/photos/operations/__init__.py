"""Running the site: health, queues, dead letters, the reconciler and the sweeper."""
