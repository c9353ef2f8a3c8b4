import { Minus, Plus, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { labelText } from '@/features/tags';
import { t } from '@/shared/i18n';
import { Button, InfoDialog, useMedia } from '@/shared/ui';
import type { Facet } from '../facets';
import { type FacetState, type Field, fieldIn, fields, nextState } from '../query';
import { FieldFilters } from './field-filters';

type Props = {
  q: string;
  facets: Facet[];
  disabled: boolean;
  onChange: (label: string, state: FacetState) => void;
  onField: (field: Field, value: string) => void;
};

/** Filters beside the results; a drawer on narrow windows. */
export function Facets(props: Props) {
  const wide = useMedia('(width >= 1024px)');
  const [open, setOpen] = useState(false);
  if (wide) {
    return (
      <div className="flex w-[216px] shrink-0 flex-col gap-6">
        <Filters {...props} />
      </div>
    );
  }
  const active =
    props.facets.filter(({ state }) => state !== 'off').length +
    fields.filter((field) => fieldIn(props.q, field)).length;
  return (
    <div>
      <Button
        small
        aria-haspopup="dialog"
        aria-expanded={open}
        className="h-9! px-3! text-13! pointer-coarse:h-11!"
        onClick={() => setOpen(true)}
      >
        <SlidersHorizontal aria-hidden size={16} />
        {t.explore.filter(active)}
      </Button>
      <InfoDialog sheet open={open} onOpenChange={setOpen} title={t.explore.filters}>
        <Filters {...props} />
        <Button look="primary" className="shrink-0" onClick={() => setOpen(false)}>
          {t.explore.showPhotos}
        </Button>
      </InfoDialog>
    </div>
  );
}

function Filters({ q, facets, disabled, onChange, onField }: Props) {
  return (
    <>
      <FieldFilters q={q} disabled={disabled} onField={onField} />
      {facets.length > 0 && (
        <section aria-label={t.explore.tags}>
          <h2 className="pb-2 font-medium text-13">{t.explore.tags}</h2>
          <ul className="flex flex-wrap gap-2 lg:flex-col lg:flex-nowrap lg:gap-0.5">
            {facets.map((facet) => (
              <li key={facet.label}>
                <FacetButton facet={facet} disabled={disabled} onChange={onChange} />
              </li>
            ))}
          </ul>
          <p className="pt-3 text-12 text-muted">{t.explore.facetHint}</p>
        </section>
      )}
    </>
  );
}

const looks: Record<FacetState, string> = {
  off: 'border-line hover:bg-sunken lg:border-transparent',
  include: 'border-text bg-text font-medium text-bg',
  exclude: 'border-text font-medium',
};

const icons = { off: null, include: Plus, exclude: Minus } as const;

type FacetButtonProps = Pick<Props, 'disabled' | 'onChange'> & { facet: Facet };

/** Required tags are solid, excluded ones struck through. */
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
        <span className="font-normal tabular-nums opacity-80 lg:ms-auto">
          <span aria-hidden>{count}</span>
          <span className="sr-only">{t.explore.facetCount(count)}</span>
        </span>
      )}
    </button>
  );
}
