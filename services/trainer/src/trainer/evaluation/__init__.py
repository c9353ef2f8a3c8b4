"""How good a head is: metrics, thresholds, calibration, robustness, mistakes."""
