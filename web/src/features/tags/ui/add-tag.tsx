import { Autocomplete } from '@base-ui/react/autocomplete';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useId, useRef, useState } from 'react';
import type { Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { suggestionsQuery } from '../api';
import { parseLabels } from '../decision';
import { labelText } from '../model';
import { type Option, optionsFor, typedLabel } from '../options';

type Props = {
  /** All tags of the photo, including those below their threshold. */
  all: Tag[];
  onAdd: (labels: string[]) => void;
  input: RefObject<HTMLInputElement | null>;
};

/** Combobox that adds known or new tags, several separated by commas. */
export function AddTag({ all, onAdd, input }: Props) {
  const [text, setText] = useState('');
  const [bad, setBad] = useState<string | null>(null);
  // Enter picks a highlighted option; without one it adds the typed text.
  const highlighted = useRef(false);
  const noteId = useId();
  const { data } = useQuery(suggestionsQuery(typedLabel(text)));
  const options = optionsFor(text, data?.items ?? [], all);
  const [inside, setInside] = useState(false);
  const open = inside && options.length > 0;

  const add = (typed: string) => {
    const parsed = parseLabels(typed);
    setBad(parsed.bad);
    if (parsed.bad !== null || parsed.labels.length === 0) return;
    onAdd(parsed.labels);
    setText('');
  };
  const pick = (label: string) => add([...text.split(',').slice(0, -1), label].join(','));

  return (
    <Autocomplete.Root
      items={options}
      mode="none"
      // The component's own popup hides the page from screen readers while open.
      inline
      open={open}
      value={text}
      onValueChange={(value, { reason }) => {
        if (reason === 'item-press') return;
        setText(value);
        setInside(true);
        setBad(null);
      }}
      onItemHighlighted={(item) => {
        highlighted.current = item !== undefined;
      }}
      itemToStringValue={(option: Option) => option.label}
    >
      <div className="relative flex flex-col gap-1">
        <Autocomplete.Input
          ref={input}
          aria-label={t.tags.add}
          aria-describedby={noteId}
          aria-invalid={bad !== null || undefined}
          placeholder={t.tags.addPlaceholder}
          autoCapitalize="none"
          enterKeyHint="done"
          className={`h-9 w-full scroll-mb-[min(260px,32dvh)] scroll-mt-4 rounded-control border bg-surface px-3 text-13 placeholder:text-muted pointer-coarse:h-11 ${bad === null ? 'border-line-strong' : 'border-reject'}`}
          onFocus={({ currentTarget }) => {
            setInside(true);
            // Make room for the list, which on a phone is only above the bottom bar.
            currentTarget.scrollIntoView({ block: 'nearest' });
          }}
          onBlur={({ relatedTarget }) =>
            setInside(relatedTarget?.closest('[role="listbox"]') != null)
          }
          onKeyDown={(event) => {
            if (event.key === 'Escape') setInside(false);
            if (event.key !== 'Enter' || highlighted.current) return;
            event.preventDefault();
            add(text);
          }}
        />
        <p id={noteId} className={bad === null ? 'sr-only' : 'text-12 text-reject'}>
          {bad === null ? t.tags.addHint : t.tags.badLabel(bad)}
        </p>
        <Autocomplete.List
          className={`absolute inset-x-0 top-full z-20 mt-1 max-h-[min(20rem,28dvh)] overflow-auto rounded-control border border-line bg-surface p-1 shadow-layer ${open ? '' : 'hidden'}`}
        >
          {(option: Option) => (
            <Autocomplete.Item
              key={option.label}
              value={option}
              className="flex h-8 cursor-default items-center gap-2 rounded-control px-2 text-13 data-[highlighted]:bg-sunken pointer-coarse:h-11"
              onClick={() => pick(option.label)}
            >
              <OptionLine option={option} />
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </div>
    </Autocomplete.Root>
  );
}

function OptionLine({ option }: { option: Option }) {
  if (option.count === null) {
    return (
      <>
        <span className="truncate">{t.tags.create(option.label)}</span>
        {option.fresh && (
          <span className="ms-auto shrink-0 text-12 text-muted">{t.tags.fresh}</span>
        )}
      </>
    );
  }
  return (
    <>
      <span className="truncate">{labelText(option.label)}</span>
      <span className="ms-auto text-12 text-muted tabular-nums">{t.tags.count(option.count)}</span>
    </>
  );
}
