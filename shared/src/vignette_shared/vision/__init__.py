"""From image bytes to scores: one preprocessing, one graph, one head, whoever calls them.

Only `tagger_worker` and `trainer` import this package.
"""
