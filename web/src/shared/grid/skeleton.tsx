import { t } from '@/shared/i18n';
import { useWidth } from '@/shared/ui/hooks';
import { layoutRows, metricsFor } from './layout/layout';

/** Typical aspect ratios, so that the placeholders look like photos. */
const ratios = [1.5, 1, 1.33, 0.75, 1.5, 1.5, 1.33, 0.67, 1.5, 1, 1.78, 1.33, 1.5, 0.75, 1.5, 1.33];

/** Width of the list that replaces the skeleton; 0 if unknown. */
export const skeletonWidth = (): number =>
  document.querySelector('[data-skeleton="grid"]')?.clientWidth ?? 0;

export function GridSkeleton() {
  const [frame, width] = useWidth<HTMLDivElement>();
  const rows = width
    ? layoutRows([...ratios, ...ratios], width, metricsFor(window.innerWidth), false)
    : [];
  return (
    <div
      ref={frame}
      data-skeleton="grid"
      role="status"
      aria-label={t.state.loading}
      className="relative h-[80vh] overflow-hidden"
    >
      {rows.flatMap((row) =>
        row.boxes.map((box) => (
          <div
            key={box.index}
            className="absolute rounded-photo bg-sunken"
            style={{ top: row.top, left: box.left, width: box.width, height: row.height }}
          />
        )),
      )}
    </div>
  );
}
