import { Tooltip } from '@base-ui/react/tooltip';
import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { useSession } from '@/entities/session';
import type { Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useMedia } from '@/shared/ui';
import { layerContainer } from '@/shared/ui/layers/layer-container';
import { thresholdsQuery } from '../api';
import type { LastDecision } from '../last-decision';
import { labelText, publishedAt } from '../model';

type Props = {
  id: string;
  tag: Tag;
  word: LastDecision | null;
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onHold: () => void;
  onLeave: () => void;
  onClose: () => void;
};

/** Source of a tag: who set it and when, the model's score and its threshold. */
export default function TagCard({ id, tag, word, anchor, open, onHold, onLeave, onClose }: Props) {
  const { user } = useSession();
  const wide = useMedia('(width >= 1024px)');
  const { data } = useQuery({
    ...thresholdsQuery(tag.model_version ?? ''),
    // The models API requires a session.
    enabled: user !== null && tag.model_version !== null,
  });
  const threshold = data?.get(tag.label) ?? null;
  return (
    <Tooltip.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Tooltip.Portal container={layerContainer()}>
        <Tooltip.Positioner
          // Anchored to the row: beside the panel, or above it on narrow windows.
          anchor={() => anchor.current?.closest('[data-tag]') ?? anchor.current}
          side={wide ? 'inline-start' : 'top'}
          align="start"
          sideOffset={10}
          collisionPadding={12}
          className="z-40"
        >
          <Tooltip.Popup
            id={id}
            role="tooltip"
            onPointerEnter={onHold}
            onPointerLeave={onLeave}
            className="layer flex w-60 flex-col gap-2 rounded-control border border-line bg-surface p-3 text-13 shadow-layer"
          >
            <p className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 font-bold">{labelText(tag.label)}</span>
              {tag.score !== null && (
                <span className="text-model tabular-nums">{t.tags.score(tag.score)}</span>
              )}
            </p>
            {tag.score !== null && <Level score={tag.score} threshold={threshold} />}
            {word && <p>{t.tags.card.said(tag, word)}</p>}
            {tag.source === 'model' && (
              <p className="text-muted">
                {[
                  t.tags.card.byModel(publishedAt(tag.model_version)),
                  threshold !== null && t.tags.card.threshold(threshold),
                ]
                  .filter(Boolean)
                  .join(' ')}
              </p>
            )}
            {tag.model_version && (
              <p className="break-all text-12 text-muted tabular-nums">
                {t.tags.card.version(tag.model_version)}
              </p>
            )}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** The score as a bar, with a notch at the threshold. */
const Level = ({ score, threshold }: { score: number; threshold: number | null }) => (
  <span aria-hidden className="relative my-1 h-0.5 bg-line">
    <span className="block h-full bg-model" style={{ width: `${score * 100}%` }} />
    {threshold !== null && threshold < 1 && (
      <span
        className="absolute -inset-y-1 w-px bg-text"
        style={{ insetInlineStart: `${threshold * 100}%` }}
      />
    )}
  </span>
);
