/** The region of a heat map's weight: one of nine fields, or everywhere. */
export type Region =
  | 'everywhere'
  | 'centre'
  | `${'top' | 'bottom'}`
  | `${'left' | 'right'}`
  | `${'top' | 'bottom'}-${'left' | 'right'}`;

/** A wider spread counts as "everywhere", as a share of the side. */
const scattered = 0.27;
/** Distance from the middle that counts as a side. */
const offCentre = 0.1;

const side = <Low extends string, High extends string>(at: number, low: Low, high: High) => {
  if (at < 0.5 - offCentre) return low;
  return at > 0.5 + offCentre ? high : null;
};

/**
 * @param weights strengths from 0, row by row
 * @param columns how many make a row
 * @returns null for a map without any strength
 */
export function regionOf(weights: ArrayLike<number>, columns: number): Region | null {
  const rows = weights.length / columns;
  let total = 0;
  let [x, y, xx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    // Only the strongest cells count: a faint veil is not evidence.
    const weight = (weights[i] ?? 0) ** 2;
    const [atX, atY] = [((i % columns) + 0.5) / columns, (Math.floor(i / columns) + 0.5) / rows];
    total += weight;
    x += weight * atX;
    y += weight * atY;
    xx += weight * atX * atX;
    yy += weight * atY * atY;
  }
  if (total === 0) return null;
  const [meanX, meanY] = [x / total, y / total];
  const spread = Math.sqrt(Math.min(xx / total - meanX ** 2, yy / total - meanY ** 2));
  if (spread > scattered) return 'everywhere';
  const vertical = side(meanY, 'top', 'bottom');
  const horizontal = side(meanX, 'left', 'right');
  if (vertical && horizontal) return `${vertical}-${horizontal}`;
  return vertical ?? horizontal ?? 'centre';
}
