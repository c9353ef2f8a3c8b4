"""A hash of how a picture looks, which stays nearly the same when it is made smaller or saved anew."""

from PIL import Image

COLUMNS, ROWS = 9, 8


def difference_hash(image: Image.Image) -> int:
    """Return the 64 bits of dHash (Krawetz 2013) as a signed number, as databases keep them.

    A bit says whether brightness grows from one cell to the next, in 8 rows of 9 cells over the whole
    picture; the first is the highest.
    """
    # It averages over all that it shrinks: small crops and turns move fewer bits than with sharper filters.
    cells = image.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BILINEAR).tobytes()
    bits = 0
    for row in range(ROWS):
        for left in range(row * COLUMNS, (row + 1) * COLUMNS - 1):
            bits = bits << 1 | (cells[left + 1] > cells[left])
    return bits - (1 << 64) if bits >> 63 else bits
