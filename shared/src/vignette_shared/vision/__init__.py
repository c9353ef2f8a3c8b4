"""From image files to scores: preprocessing, backbone and head, the same in training and in production.

Only `tagger_worker` and `trainer` import this package.
"""
