"""A perceptual hash, which resizing and recompression hardly change."""

from PIL import Image

COLUMNS, ROWS = 9, 8


def difference_hash(image: Image.Image) -> int:
    """Return the 64-bit dHash (Krawetz 2013) as a signed integer, as databases store it.

    The image is reduced to 8 rows of 9 cells; each bit is set if the brightness increases from one cell to
    the next. The first bit is the most significant.
    """
    # Pillow's bilinear filter averages over each cell and a little beyond, so that small crops and rotations
    # flip fewer bits than with sharper filters.
    cells = image.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BILINEAR).tobytes()
    bits = 0
    for row in range(ROWS):
        for left in range(row * COLUMNS, (row + 1) * COLUMNS - 1):
            bits = bits << 1 | (cells[left + 1] > cells[left])
    return bits - (1 << 64) if bits >> 63 else bits
