"""What won on the validation split of MIRFLICKR 1001-16000 over the starter backbone.

Embeddings as they are, mirrored at random, mixed (MixUp 0.4), much dropout, and three heads by seed merged
into one; the loss is plain cross-entropy. What was tried and lost: docs/results.md.

    vignette-trainer train --config best --data DATA --work WORK --registry REGISTRY --out WORK/best

Expected on MIRFLICKR 1001-16000 over the starter: validation 0.514, test mean AP 0.508 (0.497 to 0.525).
"""

from trainer.config import TrainConfig

config = TrainConfig(
    hidden=768,
    ensemble=3,
    features="raw",
    flip="augment",
    mixup=0.4,
    input_dropout=0.4,
    dropout=0.6,
    learning_rate=1e-3,
    weight_decay=0.0,
    batch=256,
    epochs=20,
    patience=6,
    calibration="temperature",
)
