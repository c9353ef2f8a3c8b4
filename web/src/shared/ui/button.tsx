import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

const looks = {
  primary: 'bg-accent text-on-accent hover:brightness-90',
  plain: 'border border-line-strong bg-surface text-text hover:bg-sunken',
  quiet: 'text-muted hover:bg-sunken hover:text-text',
  danger: 'border border-reject bg-surface text-reject hover:bg-sunken',
} as const;

const base =
  'inline-flex items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap ' +
  'transition-colors disabled:opacity-50 aria-disabled:opacity-50';

export const buttonClass = (look: keyof typeof looks, small = false) =>
  `${base} ${looks[look]} ${small ? 'h-7 px-2 text-12' : 'h-10 px-4 text-15'}`;

type ButtonProps = ComponentProps<'button'> & { look?: keyof typeof looks; small?: boolean };

export function Button({ look = 'plain', small = false, className = '', ...rest }: ButtonProps) {
  return <button type="button" className={`${buttonClass(look, small)} ${className}`} {...rest} />;
}

/** Requires a label, because an icon alone says nothing to a screen reader. */
type IconButtonProps = Omit<ComponentProps<'button'>, 'children' | 'aria-label'> & {
  label: string;
  icon: LucideIcon;
};

export function IconButton({ label, icon: Icon, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-8 items-center justify-center rounded-control text-muted transition-colors hover:bg-sunken hover:text-text ${className}`}
      {...rest}
    >
      <Icon aria-hidden size={18} strokeWidth={1.75} />
    </button>
  );
}
