import { type ComponentProps, type ReactNode, useId } from 'react';

type Props = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Content at the end of the box, such as a button that shows the password. */
  trailing?: ReactNode;
};

/** A labelled input. The line below it is always reserved, so that an error moves nothing. */
export function TextField({ label, hint, error, trailing, ...input }: Props) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium text-13">
        {label}
      </label>
      <div
        className={`flex items-center rounded-control border bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus ${error ? 'border-reject' : 'border-line-strong'}`}
      >
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-note`}
          className="h-10 min-w-0 flex-1 rounded-control bg-transparent px-3 outline-none"
          {...input}
        />
        {trailing}
      </div>
      <p
        id={`${id}-note`}
        className={`min-h-[18px] text-13 ${error ? 'text-reject' : 'text-muted'}`}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
