"""Ratios measured in one run on one machine; absolute times mean nothing across machines."""
