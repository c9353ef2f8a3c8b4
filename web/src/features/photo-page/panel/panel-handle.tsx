import { useRef } from 'react';
import { t } from '@/shared/i18n';
import { clampShare, nextShare, setViewSettings, useViewSettings } from '../view-settings';

/** A shorter drag counts as a click, in CSS pixels. */
const slack = 4;

/**
 * Handle above the panel on narrow windows: dragging resizes the photo, a click cycles through
 * three sizes for people who cannot drag.
 */
export function PanelHandle() {
  const { share } = useViewSettings();
  const from = useRef<{ y: number; share: number; moved: boolean } | null>(null);
  return (
    <button
      type="button"
      aria-label={t.photoPage.resize}
      className="flex h-6 w-full cursor-row-resize! touch-none items-center justify-center focus-visible:-outline-offset-2 lg:hidden"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { y: event.clientY, share, moved: false };
      }}
      onPointerMove={(event) => {
        const start = from.current;
        if (!start || event.buttons === 0) return;
        const way = event.clientY - start.y;
        start.moved ||= Math.abs(way) > slack;
        if (!start.moved) return;
        setViewSettings({ share: clampShare(start.share + (way / window.innerHeight) * 100) });
      }}
      onClick={() => {
        if (!from.current?.moved) setViewSettings({ share: nextShare(share) });
        from.current = null;
      }}
    >
      <span aria-hidden className="h-1 w-10 rounded-chip bg-line-strong" />
    </button>
  );
}
