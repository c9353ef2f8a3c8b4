import { type ComponentProps, type FormEvent, useId, useState } from 'react';
import { ApiProblem, type Photo } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, TextField, toast } from '@/shared/ui';
import { changesIn, type Draft, draftOf, rebased, StaleDraft, useSaveDraft } from '../editing';

type Props = { photo: Photo; onDone: () => void };

/** The texts of a photo in the place where they stand. */
export function EditForm({ photo, onDone }: Props) {
  const [base, setBase] = useState<Draft>(() => draftOf(photo));
  const [draft, setDraft] = useState(base);
  const save = useSaveDraft(photo.id);
  const put = (fields: Partial<Draft>) => setDraft((now) => ({ ...now, ...fields }));
  const send = (from: Draft) => {
    if (Object.keys(changesIn(draft, from)).length === 0) return onDone();
    save.mutate(
      { draft, base: from },
      {
        onSuccess: () => {
          toast(t.photoPage.saved);
          onDone();
        },
      },
    );
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send(base);
  };
  const reload = (now: Draft) => {
    setDraft(rebased(draft, base, now));
    setBase(now);
    save.reset();
  };
  return (
    <form
      aria-label={t.photoPage.editTitle}
      className="flex flex-col gap-3"
      onSubmit={onSubmit}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      <TextField
        label={t.photoPage.title}
        value={draft.title}
        maxLength={200}
        autoFocus
        onChange={(event) => put({ title: event.target.value })}
      />
      <TextArea
        label={t.photoPage.description}
        rows={3}
        value={draft.description}
        maxLength={5000}
        onChange={(event) => put({ description: event.target.value })}
      />
      <TextArea
        label={t.photoPage.altText}
        hint={t.photoPage.altHint}
        rows={2}
        value={draft.alt_text}
        maxLength={2000}
        onChange={(event) => put({ alt_text: event.target.value })}
      />
      <VisibilityField value={draft.visibility} onChange={(visibility) => put({ visibility })} />
      {save.error && (
        <Refusal
          error={save.error}
          onReload={reload}
          onOverwrite={(now) => {
            setBase(now);
            send(now);
          }}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          {t.photoPage.cancel}
        </Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {t.photoPage.save}
        </Button>
      </div>
    </form>
  );
}

type AreaProps = Omit<ComponentProps<'textarea'>, 'id'> & { label: string; hint?: string };

function TextArea({ label, hint, ...area }: AreaProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      <textarea
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="field-sizing-content min-h-16 rounded-control border border-line-strong bg-surface px-3 py-2"
        {...area}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-13 text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

type VisibilityProps = {
  value: Draft['visibility'];
  onChange: (visibility: Draft['visibility']) => void;
};

function VisibilityField({ value, onChange }: VisibilityProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-13">
        {t.photoPage.visibility}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value as Draft['visibility'])}
        className="h-10 rounded-control border border-line-strong bg-surface px-3"
      >
        {(['public', 'unlisted', 'private'] as const).map((each) => (
          <option key={each} value={each}>
            {t.photo.visibilities[each]}
          </option>
        ))}
      </select>
    </div>
  );
}

type RefusalProps = {
  error: Error;
  onReload: (now: Draft) => void;
  onOverwrite: (now: Draft) => void;
};

/** What was typed stays; of two texts for the same place, the writer chooses. */
function Refusal({ error, onReload, onOverwrite }: RefusalProps) {
  if (error instanceof StaleDraft) {
    return (
      <div role="alert" className="flex flex-col gap-2 border-warn border-l-2 pl-3 text-13">
        <p>{t.photoPage.stale}</p>
        <div className="flex flex-wrap gap-2">
          <Button small onClick={() => onReload(error.now)}>
            {t.photoPage.reload}
          </Button>
          <Button small onClick={() => onOverwrite(error.now)}>
            {t.photoPage.overwrite}
          </Button>
        </div>
      </div>
    );
  }
  const fields = error instanceof ApiProblem ? error.errors.map((each) => each.message) : [];
  return (
    <p role="alert" className="border-reject border-l-2 pl-3 text-13">
      {[t.photoPage.notSaved, problemText(error), ...fields].join(' ')}
    </p>
  );
}
