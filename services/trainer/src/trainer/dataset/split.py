"""Who trains, who validates, who tests: seeded, with every label's share kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stratified_split(
    targets: NDArray[np.bool_], share: float, seed: int, groups: NDArray[np.intp] | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split rows into train and validation; see `stratified_sides`.

    Args:
        targets: bool[images, labels].
        share: of the images that go to validation, in 0..1.
        groups: as `stratified_sides` takes them.

    Returns:
        Row numbers of both sides, sorted; the same for the same arguments.
    """
    side = stratified_sides(targets, [1 - share, share], seed, groups)
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def stratified_sides(
    targets: NDArray[np.bool_], shares: Sequence[float], seed: int, groups: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """Give every row a side by iterative stratification (Sechidis et al. 2011).

    Rarest label first, each of its images goes to the side that still lacks most of that label; images
    without a label fill up by size.

    Args:
        targets: bool[images, labels].
        shares: of the images that go to each side; they sum to 1.
        groups: a number for each image; images of one number stay on one side. Groups that the draw has torn
            apart are drawn again, each as one, so that all others lie where they would without groups.

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
    """Draw groups that lie on several sides once more, in place: rarest label first, the largest first."""
    torn = _torn(side, groups)
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


def _torn(side: NDArray[np.intp], groups: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the rows of each group that lies on more than one side."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return [rows for rows in parts if (side[rows] != side[rows[0]]).any()] if len(groups) else []


def _neediest(wanted: NDArray[np.float64], room: NDArray[np.float64]) -> int:
    """The side that lacks most of the label; the one with more room where sides lack the same."""
    return int(np.lexsort((room, wanted))[-1])
