"""The evaluation report: one self-contained HTML file."""

from trainer.report.page import render_report

__all__ = ["render_report"]
