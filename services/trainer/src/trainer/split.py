"""Who trains, who validates, who tests: seeded, with every label's share kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stratified_split(
    targets: NDArray[np.bool_], share: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split rows into train and validation; see `stratified_sides`.

    Args:
        targets: bool[images, labels].
        share: of the images that go to validation, in 0..1.

    Returns:
        Row numbers of both sides, sorted; the same for the same arguments.
    """
    side = stratified_sides(targets, [1 - share, share], seed)
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def stratified_sides(targets: NDArray[np.bool_], shares: Sequence[float], seed: int) -> NDArray[np.intp]:
    """Give every row a side by iterative stratification (Sechidis et al. 2011).

    Rarest label first, each of its images goes to the side that still lacks most of that label; images
    without a label fill up by size.

    Args:
        targets: bool[images, labels].
        shares: of the images that go to each side; they sum to 1.

    Returns:
        intp[images]: the number of each row's side; the same for the same arguments.
    """
    rng = np.random.default_rng(seed)
    wanted = np.array(shares)[:, None] * targets.sum(axis=0)
    room = np.array(shares) * len(targets)
    side = np.full(len(targets), -1, np.intp)
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
    return side


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64]) -> int:
    """The side that lacks most of the label; the one with more room where sides lack the same."""
    return int(np.lexsort((room, wanted))[-1])
