import { Copy, Plus } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { text } from '@/shared/i18n/settings';
import { Button, InfoDialog, SelectField, TextField, toast } from '@/shared/ui';
import { type Scope, useCreateKey } from '../api';
import { endOf, errorsByField, type Lasting, lastings } from '../model';
import { focusFirstError } from './focus';
import { Refusal } from './refusal';

const words = text.keys;
const scopes: readonly Scope[] = ['read', 'write', 'admin'];

/** Creates a key and shows it once. */
export function NewKey({ admin }: { admin: boolean }) {
  const [open, setOpen] = useState(false);
  const create = useCreateKey();
  const made = create.data?.key;
  return (
    <>
      <Button
        look="primary"
        className="self-start"
        onClick={() => {
          create.reset();
          setOpen(true);
        }}
      >
        <Plus aria-hidden size={18} />
        {words.create}
      </Button>
      <InfoDialog open={open} onOpenChange={setOpen} title={made ? words.made : words.createTitle}>
        {made ? (
          <MadeKey value={made} onDone={() => setOpen(false)} />
        ) : (
          <KeyForm admin={admin} create={create} onCancel={() => setOpen(false)} />
        )}
      </InfoDialog>
    </>
  );
}

type FormProps = {
  admin: boolean;
  create: ReturnType<typeof useCreateKey>;
  onCancel: () => void;
};

function KeyForm({ admin, create, onCancel }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [lasting, setLasting] = useState<Lasting>('year');
  const [checked, setChecked] = useState<{ name?: string; scopes?: string }>({});
  const refused = errorsByField(create.error);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const name = String(values.get('name') ?? '').trim();
    const chosen = scopes.filter((scope) => values.getAll('scopes').includes(scope));
    const found = {
      ...(name ? {} : { name: words.nameNeeded }),
      ...(chosen.length ? {} : { scopes: words.scopesNeeded }),
    };
    setChecked(found);
    if (Object.keys(found).length > 0) return focusFirstError(form);
    create.mutate({ name, scopes: chosen, expires_at: endOf(lasting, Date.now()) });
  };
  return (
    <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <TextField
        label={words.name}
        name="name"
        maxLength={100}
        autoFocus
        autoComplete="off"
        hint={words.nameHint}
        error={checked.name ?? refused.name}
      />
      <fieldset className="flex flex-col">
        <legend className="pb-1 font-medium text-13">{words.scopes}</legend>
        {scopes
          .filter((scope) => admin || scope !== 'admin')
          .map((scope) => (
            <label key={scope} className="flex items-baseline gap-3 py-1">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={scope === 'read'}
                aria-invalid={checked.scopes ? true : undefined}
                className="size-4 shrink-0 translate-y-0.5"
              />
              <span>
                {words.scope[scope]}
                <span className="block text-13 text-muted">{words.scopeHint[scope]}</span>
              </span>
            </label>
          ))}
        {checked.scopes && <p className="text-13 text-reject">{checked.scopes}</p>}
      </fieldset>
      <SelectField
        label={words.expires}
        value={lasting}
        choices={lastings.map((value) => ({ value, label: words.lasting[value] }))}
        onValue={setLasting}
      />
      {create.error && Object.keys(refused).length === 0 && (
        <Refusal title={words.notMade} error={create.error} />
      )}
      <div className="mt-2 flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {text.cancel}
        </Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}

function MadeKey({ value, onDone }: { value: string; onDone: () => void }) {
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => toast(words.copied),
      () => toast(words.copyFailed),
    );
  return (
    <>
      <p className="text-muted">{words.madeNote}</p>
      <output className="select-all break-all rounded-control border border-line-strong bg-sunken p-3 font-mono text-13">
        {value}
      </output>
      <div className="flex justify-end gap-2">
        <Button onClick={copy}>
          <Copy aria-hidden size={16} />
          {words.copy}
        </Button>
        <Button look="primary" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </>
  );
}
