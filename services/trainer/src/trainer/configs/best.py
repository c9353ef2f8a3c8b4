"""What wins on the validation split.

vignette-trainer train --config best --data DATA --work WORK --registry REGISTRY --out WORK/best
"""

from trainer.config import TrainConfig

config = TrainConfig(flip="augment", calibration="temperature")
