"""One photos service per test."""

from tests.support.photos.fixtures import anna, bert, service

__all__ = ["anna", "bert", "service"]
