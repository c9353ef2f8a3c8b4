"""Stratified, seeded splits of a multi-label dataset."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stratified_split(
    targets: NDArray[np.bool_], share: float, seed: int, groups: NDArray[np.intp] | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split rows in two by `stratified_splits`.

    Args:
        targets: bool[images, labels].
        share: of the images that go to the second part, in 0..1.
        groups: see `stratified_splits`.

    Returns:
        The row numbers of both parts, sorted.
    """
    side = stratified_splits(targets, [1 - share, share], seed, groups)
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def stratified_splits(
    targets: NDArray[np.bool_], shares: Sequence[float], seed: int, groups: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """Assign every row to a split by iterative stratification (Sechidis et al. 2011).

    Starting with the rarest label, each of its images goes to the split that lacks most of that label. Images
    without a label fill the splits by size. The same arguments give the same result.

    Args:
        targets: bool[images, labels].
        shares: of the images that go to each split; they sum to 1.
        groups: a number for each image; images with the same number share a split. Only groups that the first
            draw separates are drawn again, each as one unit: every other image stays where it would be
            without groups.

    Returns:
        intp[images]: the index of each row's split.
    """
    rng = np.random.default_rng(seed)
    wanted = np.array(shares)[:, None] * targets.sum(axis=0)
    room = np.array(shares) * len(targets)
    side = np.full(len(targets), -1, np.intp)
    while True:
        left = targets[side < 0].sum(axis=0)
        if not left.any():
            break
        # The rarest first: a frequent label can still be balanced with the images that remain.
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
    # After the draw, not before it: see docs/decisions/0021-snapshots.md.
    if groups is not None:
        _reunite(side, targets, np.array(shares), groups, rng)
    return side


def _reunite(
    side: NDArray[np.intp],
    targets: NDArray[np.bool_],
    shares: NDArray[np.float64],
    groups: NDArray[np.intp],
    rng: np.random.Generator,
) -> None:
    """Draw the groups in several splits again, in place: rarest label first, largest group first."""
    torn = _separated(side, groups)
    if not torn:
        return
    for rows in torn:
        side[rows] = -1
    wanted = np.array([share * targets.sum(axis=0) for share in shares], np.float64)
    room = shares * len(targets)
    for number in range(len(shares)):
        wanted[number] -= targets[side == number].sum(axis=0)
        room[number] -= (side == number).sum()
    torn = sorted((torn[i] for i in rng.permutation(len(torn))), key=len, reverse=True)
    counts = np.array([targets[rows].sum(axis=0) for rows in torn])
    left = np.ones(len(torn), np.bool_)
    while left.any():
        occurring = counts[left].sum(axis=0)
        label = int(np.where(occurring > 0, occurring, np.iinfo(np.int64).max).argmin())
        chosen = np.flatnonzero(left & (counts[:, label] > 0)) if occurring.any() else np.flatnonzero(left)
        for unit in chosen:
            choice = _neediest(wanted[:, label], room) if occurring.any() else int(room.argmax())
            side[torn[unit]] = choice
            wanted[choice] -= counts[unit]
            room[choice] -= len(torn[unit])
            left[unit] = False


def _separated(side: NDArray[np.intp], groups: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the rows of each group that is in more than one split."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return [rows for rows in parts if (side[rows] != side[rows[0]]).any()] if len(groups) else []


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64]) -> int:
    """Return the split that lacks most of the label; on a tie, the one with more room."""
    return int(np.lexsort((room, wanted))[-1])
