import type { Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { labelText } from '../model';

type Props = { tag: Tag; small?: boolean };

/** A tag: solid if a person set it; a dashed violet outline with a score bar if the model did. */
export function TagChip({ tag, small = false }: Props) {
  const size = small ? 'h-[22px] px-2 text-12' : 'h-7 px-3 text-13';
  const label = labelText(tag.label);
  if (tag.state === 'accepted') {
    return (
      <span
        className={`inline-flex items-center rounded-chip border border-text bg-text font-medium text-bg ${size}`}
      >
        {label}
      </span>
    );
  }
  const score = tag.score ?? 0;
  return (
    <span
      className={`relative inline-flex items-center gap-1.5 overflow-hidden rounded-chip border border-model border-dashed text-model ${size}`}
    >
      <span className="font-medium">{label}</span>
      <span className="tabular-nums">{t.tags.score(score)}</span>
      <span
        aria-hidden
        className="absolute bottom-0 start-0 h-0.5 bg-model"
        style={{ width: `${score * 100}%` }}
      />
    </span>
  );
}
