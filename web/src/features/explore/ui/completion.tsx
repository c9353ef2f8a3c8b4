import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import { labelText, suggestionsQuery } from '@/features/tags';
import { t } from '@/shared/i18n';
import { completed, typedWord } from '../completing';

type Props = { draft: string; onPick: (query: string) => void };

/** Tags that start with the typed word. Arrow keys move between the box and the list. */
export function Completion({ draft, onPick }: Props) {
  const word = typedWord(draft);
  const { data } = useQuery(suggestionsQuery(word));
  const matches = word ? (data?.items ?? []).filter(({ label }) => label.startsWith(word)) : [];
  if (matches.length === 0) return null;
  return (
    <ul
      aria-label={t.explore.completion}
      className="absolute inset-x-0 top-full z-20 mt-1 max-h-80 overflow-auto rounded-control border border-line bg-surface p-1 shadow-layer"
      onKeyDown={move}
    >
      {matches.map(({ label, count }) => (
        <li key={label}>
          <button
            type="button"
            className="flex h-9 w-full items-center gap-2 rounded-control px-3 text-13 hover:bg-sunken focus-visible:-outline-offset-2 pointer-coarse:h-11"
            // Keep the focus in the box until the click, or its blur would close the list first.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(completed(draft, label))}
          >
            <span className="truncate">{labelText(label)}</span>
            <span className="ms-auto text-12 text-muted tabular-nums">{t.tags.count(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Arrow up on the first item returns to the box. */
function move(event: KeyboardEvent<HTMLUListElement>) {
  const down = event.key === 'ArrowDown';
  if (!down && event.key !== 'ArrowUp') return;
  event.preventDefault();
  const row = document.activeElement?.closest('li');
  const next = down ? row?.nextElementSibling : row?.previousElementSibling;
  const box = event.currentTarget.parentElement?.querySelector('input');
  (next?.querySelector('button') ?? (down ? null : box))?.focus();
}
