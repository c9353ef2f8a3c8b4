"""Use cases: plain functions that know neither HTTP nor the queue. What they need is passed to them."""
