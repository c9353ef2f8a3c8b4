"""Who trains and who validates: seeded, with every label's share kept."""

import numpy as np
from numpy.typing import NDArray


def stratified_split(
    targets: NDArray[np.bool_], share: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split rows into train and validation by iterative stratification (Sechidis et al. 2011).

    Rarest label first, each of its images goes to the side that still lacks most of that label; images
    without a label fill up by size.

    Args:
        targets: bool[images, labels].
        share: of the images that go to validation, in 0..1.

    Returns:
        Row numbers of both sides, sorted; the same for the same arguments.
    """
    rng = np.random.default_rng(seed)
    shares = np.array([1 - share, share])
    wanted = shares[:, None] * targets.sum(axis=0)
    room = shares * len(targets)
    side = np.full(len(targets), -1)
    while True:
        left = targets[side < 0].sum(axis=0)
        if not left.any():
            break
        label = int(np.where(left > 0, left, np.iinfo(np.int64).max).argmin())
        for row in rng.permutation(np.flatnonzero(targets[:, label] & (side < 0))):
            choice = _neediest(wanted[:, label], room)
            side[row] = choice
            wanted[choice] -= targets[row]
            room[choice] -= 1
    for row in rng.permutation(np.flatnonzero(side < 0)):
        choice = int(room.argmax())
        side[row] = choice
        room[choice] -= 1
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64]) -> int:
    """The side that lacks most of the label; the one with more room where both lack the same."""
    return int(np.lexsort((room, wanted))[-1])
