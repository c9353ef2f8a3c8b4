"""What both HTTP services do alike: request ids, problem documents, metrics, health."""
