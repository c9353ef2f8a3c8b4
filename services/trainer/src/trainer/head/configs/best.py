"""The best configuration on the validation split of MIRFLICKR 1001-16000 over the starter backbone.

Averages the embeddings of an image and its mirror image, applies MixUp 0.4 and strong dropout, and merges
three heads with different seeds into one; the loss is plain cross-entropy. docs/results.md lists the
alternatives.

    vignette-trainer train --config best --data DATA --work WORK --registry REGISTRY --out WORK/best

Expected on MIRFLICKR 1001-16000 over the starter: validation 0.526, test mean AP 0.517 (0.505 to 0.534).
"""

from trainer.head.config import TrainConfig

config = TrainConfig(
    hidden=1500,
    ensemble=3,
    features="raw",
    views=2,
    mixup=0.4,
    input_dropout=0.1,
    dropout=0.5,
    learning_rate=1e-3,
    weight_decay=0.0,
    batch=256,
    epochs=20,
    patience=6,
    calibration="temperature",
)
