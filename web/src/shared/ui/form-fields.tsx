import { type ComponentProps, type ReactNode, useId } from 'react';

const box = 'rounded-control border bg-surface px-3';

type AreaProps = Omit<ComponentProps<'textarea'>, 'id'> & {
  label: string;
  hint?: string;
  error?: string | undefined;
};

export function TextArea({ label, hint, error, className = '', ...area }: AreaProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      <textarea
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={`field-sizing-content min-h-16 py-2 ${box} ${error ? 'border-reject' : 'border-line-strong'} ${className}`}
        {...area}
      />
      {note && (
        <p id={`${id}-note`} className={`text-13 ${error ? 'text-reject' : 'text-muted'}`}>
          {note}
        </p>
      )}
    </div>
  );
}

export type Choice<V extends string> = { value: V; label: string; hint?: string };

type SelectProps<V extends string> = {
  label: string;
  value: V;
  choices: readonly Choice<V>[];
  onValue: (value: V) => void;
  name?: string;
};

export function SelectField<V extends string>(props: SelectProps<V>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-13">
        {props.label}
      </label>
      <select
        id={id}
        name={props.name}
        value={props.value}
        onChange={(event) => props.onValue(event.target.value as V)}
        className={`h-10 ${box} border-line-strong`}
      >
        {props.choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

type ChoicesProps<V extends string> = {
  label: string;
  value: V;
  choices: readonly Choice<V>[];
  onValue: (value: V) => void;
  disabled?: boolean;
  children?: ReactNode;
};

/** A group of radio buttons. */
export function Choices<V extends string>(props: ChoicesProps<V>) {
  const name = useId();
  return (
    <fieldset disabled={props.disabled} className="flex flex-col">
      <legend className="pb-1 font-medium text-15">{props.label}</legend>
      {props.children}
      {props.choices.map(({ value, label, hint }) => (
        <label key={value} className="flex items-baseline gap-3 py-1.5">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onValue(value)}
            className="size-4 shrink-0 translate-y-0.5"
          />
          <span>
            {label}
            {hint && <span className="block text-13 text-muted">{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
