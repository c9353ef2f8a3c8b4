"""What both HTTP services share: declarations, access, request IDs, problems and metrics."""
