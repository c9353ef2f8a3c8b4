import { Pencil } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { Photo } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, IconButton, toast } from '@/shared/ui';
import { draftOf, useSaveDraft } from './draft';

/** The alt text, with its author, editable in place. */
export function AltText({ photo }: { photo: Photo }) {
  const [editing, setEditing] = useState(false);
  if (editing) return <Write photo={photo} onDone={() => setEditing(false)} />;
  return (
    <div className="flex items-start gap-2">
      <div className="flex min-w-0 flex-1 flex-col gap-1 text-13">
        <h3 className="flex items-center gap-2 text-12 text-muted">
          {t.photoPage.altText}
          {photo.alt_text_automatic && (
            <span className="rounded-chip border border-model border-dashed px-2 text-model">
              {t.photoPage.automatic}
            </span>
          )}
        </h3>
        <p>{photo.alt_text}</p>
      </div>
      <IconButton
        icon={Pencil}
        label={t.photoPage.editAlt}
        className="-mt-1.5 shrink-0 pointer-coarse:size-11"
        onClick={() => setEditing(true)}
      />
    </div>
  );
}

function Write({ photo, onDone }: { photo: Photo; onDone: () => void }) {
  const id = useId();
  const [base] = useState(() => draftOf(photo));
  const [text, setText] = useState(base.alt_text);
  const save = useSaveDraft(photo.id);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text === base.alt_text) return onDone();
    save.mutate(
      { draft: { ...base, alt_text: text }, base },
      {
        onSuccess: () => {
          toast(t.photoPage.saved);
          onDone();
        },
      },
    );
  };
  return (
    <form aria-label={t.photoPage.editAlt} className="flex flex-col gap-2" onSubmit={send}>
      <label htmlFor={id} className="font-medium text-13">
        {t.photoPage.altText}
      </label>
      <textarea
        id={id}
        // biome-ignore lint/a11y/noAutofocus: it replaces the button that had the focus
        autoFocus
        rows={2}
        maxLength={2000}
        value={text}
        aria-describedby={`${id}-hint`}
        className="field-sizing-content min-h-16 rounded-control border border-line-strong bg-surface px-3 py-2 text-13"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <p id={`${id}-hint`} className="text-12 text-muted">
        {t.photoPage.altHint}
      </p>
      {save.error && (
        <p role="alert" className="border-reject border-s-2 ps-3 text-13">
          {`${t.photoPage.notSaved} ${problemText(save.error)}`}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" small onClick={onDone}>
          {t.photoPage.cancel}
        </Button>
        <Button type="submit" look="primary" small disabled={save.isPending}>
          {t.photoPage.save}
        </Button>
      </div>
    </form>
  );
}
