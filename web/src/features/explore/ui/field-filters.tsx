import { useState } from 'react';
import { t } from '@/shared/i18n';
import { type Field, fieldIn, fields } from '../query';

type Props = { q: string; disabled: boolean; onField: (field: Field, value: string) => void };

/** Date and camera filters, written into the search box. */
export function FieldFilters({ q, disabled, onField }: Props) {
  return (
    <section aria-label={t.explore.fieldsTitle} className="grid grid-cols-2 gap-3 lg:grid-cols-1">
      {fields.map((field) => (
        <FieldBox
          key={field}
          field={field}
          value={fieldIn(q, field)}
          disabled={disabled}
          onValue={(value) => onField(field, value)}
        />
      ))}
    </section>
  );
}

/** A year that is still being typed starts with zeros. */
const isWhole = (day: string) => day === '' || day >= '1800';

type BoxProps = {
  field: Field;
  value: string;
  disabled: boolean;
  onValue: (value: string) => void;
};

function FieldBox({ field, value, disabled, onValue }: BoxProps) {
  const ofDay = field !== 'camera';
  // A query may contain a time; the field shows its date.
  const shown = ofDay ? value.slice(0, 10) : value;
  const [text, setText] = useState(shown);
  const [known, setKnown] = useState(shown);
  if (known !== shown) {
    setKnown(shown);
    setText(shown);
  }
  const set = (next: string) => {
    if (next.trim() !== shown) onValue(next);
  };
  return (
    <label className={`flex flex-col gap-1 ${ofDay ? '' : 'max-lg:col-span-2'}`}>
      <span className="font-medium text-13">{t.explore.fields[field]}</span>
      <input
        type={ofDay ? 'date' : 'text'}
        maxLength={100}
        autoComplete="off"
        placeholder={ofDay ? undefined : t.explore.cameraHint}
        disabled={disabled}
        value={text}
        className="h-10 w-full min-w-0 rounded-control border border-line-strong bg-surface px-2 text-13 placeholder:text-muted disabled:opacity-50 lg:h-9"
        onChange={(event) => {
          setText(event.target.value);
          if (ofDay && isWhole(event.target.value)) set(event.target.value);
        }}
        onBlur={() => set(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') set(text);
        }}
      />
    </label>
  );
}
