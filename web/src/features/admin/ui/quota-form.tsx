import { type FormEvent, useState } from 'react';
import { text } from '@/shared/i18n/admin';
import { Button, TextField } from '@/shared/ui';
import { readQuota } from '../failures';

const words = text.accounts;

type Props = {
  bytes: number | null;
  onQuota: (bytes: number | null) => void;
  onCancel: () => void;
};

export function QuotaForm({ bytes, onQuota, onCancel }: Props) {
  const [typed, setTyped] = useState(bytes === null ? '' : String(bytes / 1e9));
  const [bad, setBad] = useState(false);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const read = readQuota(typed);
    setBad(read === undefined);
    if (read !== undefined) onQuota(read);
  };
  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <TextField
        label={words.quotaLabel}
        inputMode="decimal"
        autoFocus
        value={typed}
        hint={words.quotaHint}
        error={bad ? words.quotaBad : undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
        <Button type="submit" look="primary">
          {words.save}
        </Button>
      </div>
    </form>
  );
}
