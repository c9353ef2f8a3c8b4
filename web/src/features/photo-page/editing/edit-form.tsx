import { type FormEvent, useState } from 'react';
import { ApiProblem, type Photo } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, SelectField, TextArea, TextField, toast } from '@/shared/ui';
import { changesIn, type Draft, draftOf, rebased, StaleDraft, useSaveDraft } from './draft';

const visibilities = ['public', 'unlisted', 'private'] as const;

type Props = { photo: Photo; onDone: () => void };

/** Edits a photo's texts in place. */
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
      <SelectField
        label={t.photoPage.visibility}
        value={draft.visibility}
        choices={visibilities.map((value) => ({ value, label: t.photo.visibilities[value] }))}
        onValue={(visibility) => put({ visibility })}
      />
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

type RefusalProps = {
  error: Error;
  onReload: (now: Draft) => void;
  onOverwrite: (now: Draft) => void;
};

/** Offers both versions after a conflict; the typed text is kept. */
function Refusal({ error, onReload, onOverwrite }: RefusalProps) {
  if (error instanceof StaleDraft) {
    return (
      <div role="alert" className="flex flex-col gap-2 border-warn border-s-2 ps-3 text-13">
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
    <p role="alert" className="border-reject border-s-2 ps-3 text-13">
      {[t.photoPage.notSaved, problemText(error), ...fields].join(' ')}
    </p>
  );
}
