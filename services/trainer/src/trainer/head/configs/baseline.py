"""The first Vignette's best configuration, with its bugs fixed.

One hidden layer of 1,500, Adam 5e-4, dropout 0.1, 10 epochs of batches of 64. Fixed: pixels are scaled to
[-1, 1], dropout is off when serving, the split is seeded and frozen, the epoch is chosen on validation, and
each label has its own threshold.

    vignette-trainer train --config baseline --data DATA --work WORK --registry REGISTRY --out WORK/baseline

Expected on MIRFLICKR 1001-16000 over the starter: validation 0.509, test mean AP 0.507 (0.495 to 0.523).
"""

from trainer.head.config import TrainConfig

config = TrainConfig(
    hidden=1500,
    features="raw",
    input_dropout=0.0,
    dropout=0.1,
    learning_rate=5e-4,
    schedule="constant",
    weight_decay=0.0,
    batch=64,
    epochs=10,
    patience=10,
)
