import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AlbumText } from '@/entities/album';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { Button, SelectField, TextArea, TextField } from '@/shared/ui';

const visibilities = (['private', 'unlisted', 'public'] as const).map((value) => ({
  value,
  label: text.visibilities[value],
}));

type Props = {
  initial?: AlbumText;
  submit: string;
  pending: boolean;
  error: unknown;
  onSubmit: (album: AlbumText) => void;
  onCancel: () => void;
};

const blank: AlbumText = { title: '', description: '', visibility: 'private' };

/** Form for a new or existing album. */
export function AlbumForm({ initial = blank, submit, pending, error, onSubmit, onCancel }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [missing, setMissing] = useState(false);
  const put = (fields: Partial<AlbumText>) => setDraft((now) => ({ ...now, ...fields }));
  useEffect(() => {
    if (missing) form.current?.querySelector('input')?.focus();
  }, [missing]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const title = draft.title.trim();
    setMissing(!title);
    if (title) onSubmit({ ...draft, title });
  };
  return (
    <form ref={form} noValidate onSubmit={send} className="flex flex-col gap-3">
      <TextField
        label={text.form.title}
        value={draft.title}
        maxLength={200}
        autoFocus
        error={missing ? text.form.titleNeeded : undefined}
        onChange={(event) => {
          setMissing(false);
          put({ title: event.target.value });
        }}
      />
      <TextArea
        label={text.form.description}
        rows={3}
        value={draft.description}
        maxLength={5000}
        onChange={(event) => put({ description: event.target.value })}
      />
      <SelectField
        label={text.form.visibility}
        value={draft.visibility}
        choices={visibilities}
        onValue={(visibility) => put({ visibility })}
      />
      <p className="text-13 text-muted">{text.form.note}</p>
      {error ? (
        <p role="alert" className="border-reject border-s-2 ps-3 text-13">
          {`${text.form.notSaved} ${problemText(error)}`}
        </p>
      ) : null}
      <div className="mt-2 flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {text.form.cancel}
        </Button>
        <Button type="submit" look="primary" disabled={pending}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
