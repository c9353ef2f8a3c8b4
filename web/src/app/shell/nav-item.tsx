import type { LucideIcon } from 'lucide-react';
import { Link, useRoute } from 'wouter';

export const navItemClass = (current: boolean) =>
  'flex h-14 min-w-16 flex-1 flex-col items-center justify-center gap-0.5 text-12 transition-colors ' +
  `lg:w-full lg:flex-none focus-visible:outline-offset-[-4px] ${current ? 'font-medium text-accent' : 'text-muted hover:text-text'}`;

type Props = {
  href: string;
  icon: LucideIcon;
  label: string;
  /** Shown in the rail only; the bottom bar has no room for it. */
  wide?: boolean;
  /** Paths that mark the item as current; default: its own. */
  within?: string;
};

export function NavItem({ href, icon: Icon, label, wide = false, within = href }: Props) {
  const [current] = useRoute(within);
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      className={`${navItemClass(current)} ${wide ? 'max-lg:hidden' : ''}`}
    >
      <Icon aria-hidden size={20} strokeWidth={1.75} />
      {label}
    </Link>
  );
}
