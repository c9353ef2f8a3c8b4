"""The report of an evaluation: one HTML file that needs nothing beside it."""

from trainer.report.page import render_report

__all__ = ["render_report"]
