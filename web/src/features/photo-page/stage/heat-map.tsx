import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { labelText } from '@/features/tags';
import { ApiProblem } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, IconButton, type ViewedQuery } from '@/shared/ui';
import type { Explanation } from './explanation';

/** Covers the photo, which has the same aspect ratio. */
export function HeatMap({ map, opacity }: { map: ImageBitmap; opacity: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    element.width = map.width;
    element.height = map.height;
    element.getContext('2d')?.drawImage(map, 0, 0);
  }, [map]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      data-heat-map
      className="absolute inset-0 size-full"
      style={{ opacity }}
    />
  );
}

type BarProps = {
  label: string;
  query: ViewedQuery<Explanation>;
  opacity: number;
  onOpacity: (opacity: number) => void;
  onClose: () => void;
};

/** Names the explained tag and controls the heat map's opacity. */
export function HeatMapBar({ label, query, opacity, onOpacity, onClose }: BarProps) {
  const id = useId();
  return (
    <section
      aria-label={t.photo.why.title(labelText(label))}
      className="flex items-start gap-2 bg-caption py-2 pe-2 ps-3 text-13 text-text lg:absolute lg:inset-x-3 lg:bottom-3 lg:mx-auto lg:max-w-[440px] lg:rounded-control lg:border lg:border-line"
    >
      <div className="flex min-w-0 flex-1 flex-col gap-1 py-1">
        <p className="font-medium">{t.photo.why.title(labelText(label))}</p>
        <p role="status" className="text-muted">
          <State query={query} />
        </p>
        {query.data && (
          <div className="flex items-center gap-3">
            <label htmlFor={id} className="text-muted">
              {t.photo.why.opacity}
            </label>
            <input
              id={id}
              type="range"
              min={0}
              max={100}
              step={5}
              value={Math.round(opacity * 100)}
              onChange={(event) => onOpacity(Number(event.target.value) / 100)}
              className="h-6 min-w-0 flex-1 accent-accent pointer-coarse:h-11"
            />
          </div>
        )}
        {query.error && !isUnknown(query.error) ? (
          <Button small className="self-start" onClick={() => query.refetch()}>
            {t.state.retry}
          </Button>
        ) : null}
      </div>
      <IconButton icon={X} label={t.photo.why.close} onClick={onClose} />
    </section>
  );
}

const isUnknown = (error: unknown) => error instanceof ApiProblem && error.status === 404;

function State({ query: { data, error, fetchStatus } }: { query: ViewedQuery<Explanation> }) {
  if (data) {
    const where = data.region ? t.photo.why.regions[data.region] : t.photo.why.nowhere;
    return `${where} ${t.photo.why.caveat}`;
  }
  if (fetchStatus === 'paused') return t.state.offline;
  if (isUnknown(error)) return t.photo.why.unknown;
  return error ? problemText(error) : t.photo.why.computing;
}
