import { Minus, Plus, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { labelText } from '@/features/tags';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import type { Facet } from '../facets';
import { type FacetState, nextState } from '../query';

type Props = {
  facets: Facet[];
  disabled: boolean;
  onChange: (label: string, state: FacetState) => void;
};

/** Tags to demand or to forbid: a column beside the results, folded away above them on narrow windows. */
export function Facets({ facets, disabled, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const active = facets.filter(({ state }) => state !== 'off').length;
  if (facets.length === 0) return null;
  return (
    <section aria-label={t.explore.tags} className="lg:w-[216px] lg:shrink-0">
      <Button
        small
        aria-expanded={open}
        className="h-9! px-3! text-13! lg:hidden"
        onClick={() => setOpen(!open)}
      >
        <SlidersHorizontal aria-hidden size={16} />
        {t.explore.filter(active)}
      </Button>
      <h2 className="pb-2 font-medium text-13 max-lg:hidden">{t.explore.tags}</h2>
      <div className={open ? 'max-lg:pt-3' : 'max-lg:hidden'}>
        <ul className="flex flex-wrap gap-2 lg:flex-col lg:flex-nowrap lg:gap-0.5">
          {facets.map((facet) => (
            <li key={facet.label}>
              <FacetButton facet={facet} disabled={disabled} onChange={onChange} />
            </li>
          ))}
        </ul>
        <p className="pt-3 text-12 text-muted">{t.explore.facetHint}</p>
      </div>
    </section>
  );
}

const looks: Record<FacetState, string> = {
  off: 'border-line hover:bg-sunken lg:border-transparent',
  include: 'border-text bg-text font-medium text-bg',
  exclude: 'border-text font-medium',
};

const icons = { off: null, include: Plus, exclude: Minus } as const;

type FacetButtonProps = Omit<Props, 'facets'> & { facet: Facet };

/** What a person demands is solid ink, what they forbid is struck through. */
function FacetButton({ facet, disabled, onChange }: FacetButtonProps) {
  const { label, count, state } = facet;
  const Icon = icons[state];
  const dim = state === 'off' && count === 0 ? 'text-muted' : '';
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={() => onChange(label, nextState(state))}
      className={`flex h-9 max-w-full items-center gap-1.5 rounded-chip border px-3 text-13 transition-colors disabled:opacity-50 lg:h-8 lg:w-full ${looks[state]} ${dim}`}
    >
      {Icon && <Icon aria-hidden size={14} className="shrink-0" />}
      <span className="sr-only">{t.explore.facetState[state]}</span>
      <span className={`truncate ${state === 'exclude' ? 'line-through' : ''}`}>
        {labelText(label)}
      </span>
      {state !== 'exclude' && (
        <span className="font-normal tabular-nums opacity-80 lg:ml-auto">
          <span aria-hidden>{count}</span>
          <span className="sr-only">{t.explore.facetCount(count)}</span>
        </span>
      )}
    </button>
  );
}
