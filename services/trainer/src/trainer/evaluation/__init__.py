"""Evaluate a head: metrics, thresholds, calibration, robustness, mistakes."""
