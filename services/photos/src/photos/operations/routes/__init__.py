"""HTTP for health checks and queues."""
