import { Check, Plus, X } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { labelText, parseLabels } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Button, IconButton } from '@/shared/ui';
import { type Change, tagShares } from './bulk';

const shownTags = 24;

type Props = { photos: Photo[]; busy: boolean; onChange: (change: Change) => void };

/** Tags of the selected photos, on all or some of them, and a field to add one. */
export function SelectionTags({ photos, busy, onChange }: Props) {
  const shares = tagShares(photos).slice(0, shownTags);
  return (
    <div className="flex max-h-[40vh] flex-col gap-3 overflow-auto border-line border-b px-(--gutter) py-3">
      <div className="flex flex-wrap items-start gap-2">
        <AddToAll busy={busy} onChange={onChange} />
        {shares.some(({ count, confirmed }) => confirmed < count) && (
          <Button
            className="h-9! px-3! text-13!"
            disabled={busy}
            onClick={() => onChange({ action: 'accept_tags', value: null })}
          >
            <Check aria-hidden size={16} />
            {t.selection.acceptAll}
          </Button>
        )}
      </div>
      <ul aria-label={t.selection.tagsOf} className="flex flex-wrap gap-1.5">
        {shares.map(({ label, count, confirmed }) => {
          const everywhere = count === photos.length;
          return (
            <li
              key={label}
              // Dashed while only the model has set it.
              className={`flex h-8 items-center rounded-chip border ps-3 text-13 tabular-nums ${confirmed > 0 ? 'border-line-strong' : 'border-model border-dashed text-model'}`}
            >
              {labelText(label)}
              <span className="ms-1.5 text-12 text-muted">
                {everywhere ? t.selection.onAll : t.selection.onSome(count, photos.length)}
              </span>
              {!everywhere && (
                <IconButton
                  icon={Plus}
                  label={t.selection.addToAll(labelText(label))}
                  disabled={busy}
                  className="ms-1 size-7!"
                  onClick={() => onChange({ action: 'add_tag', value: label })}
                />
              )}
              <IconButton
                icon={X}
                label={t.selection.removeFromAll(labelText(label))}
                disabled={busy}
                className={`size-7! ${everywhere ? 'ms-1' : ''}`}
                onClick={() => onChange({ action: 'remove_tag', value: label })}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function AddToAll({ busy, onChange }: Omit<Props, 'photos'>) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { labels, bad } = parseLabels(text);
  useEffect(() => input.current?.focus(), []);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (bad !== null) return;
    for (const value of labels) onChange({ action: 'add_tag', value });
    setText('');
  };
  return (
    <form onSubmit={onSubmit} className="flex min-w-56 max-w-[440px] flex-1 flex-wrap gap-2">
      <input
        ref={input}
        value={text}
        onChange={(event) => setText(event.target.value)}
        aria-label={t.selection.newTag}
        aria-describedby={`${id}-note`}
        aria-invalid={bad !== null || undefined}
        placeholder={t.selection.newTag}
        autoCapitalize="none"
        autoComplete="off"
        enterKeyHint="done"
        className={`h-9 min-w-0 flex-1 rounded-control border bg-surface px-3 text-13 placeholder:text-muted ${bad === null ? 'border-line-strong' : 'border-reject'}`}
      />
      <Button
        type="submit"
        className="h-9! px-3! text-13!"
        disabled={busy || bad !== null || labels.length === 0}
      >
        {t.selection.add}
      </Button>
      <p id={`${id}-note`} className={bad === null ? 'sr-only' : 'basis-full text-12 text-reject'}>
        {bad === null ? t.tags.addHint : t.tags.badLabel(bad)}
      </p>
    </form>
  );
}
