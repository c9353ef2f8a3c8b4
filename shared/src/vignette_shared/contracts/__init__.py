"""Promises between services: task messages, the REST models, events, the signed identity."""
