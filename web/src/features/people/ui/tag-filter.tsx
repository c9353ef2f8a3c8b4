import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { labelText } from '@/features/tags';
import { t } from '@/shared/i18n';
import { topTagsQuery } from '../api';

type Props = { username: string; tag: string | null; hrefOf: (tag: string | null) => string };

/** The most common tags of a profile, as filters. */
export function TagFilter({ username, tag, hrefOf }: Props) {
  const { data = [], isPending } = useQuery(topTagsQuery(username));
  const labels = data.map(({ label }) => label);
  // A tag from the address is listed even if it is rare.
  const shown = tag && !labels.includes(tag) ? [tag, ...labels] : labels;
  // Reserve the height, so that the photos below do not jump.
  if (isPending) return <div className="h-8 pointer-coarse:h-11" />;
  if (shown.length === 0) return null;
  const count = (label: string) => data.find((each) => each.label === label)?.count;
  return (
    <nav
      aria-label={t.people.topTags}
      className="-m-1 flex min-w-0 gap-1.5 overflow-x-auto p-1 *:shrink-0 md:flex-wrap"
    >
      {[null, ...shown].map((label) => (
        <Link
          key={label ?? ''}
          href={hrefOf(label)}
          aria-current={label === tag ? 'true' : undefined}
          className={`inline-flex h-8 items-center gap-1.5 rounded-chip border px-3 text-13 pointer-coarse:h-11 ${label === tag ? 'border-text bg-text font-medium text-bg' : 'border-line hover:bg-sunken'}`}
        >
          {label === null ? t.people.allTags : labelText(label)}
          {label !== null && <span className="tabular-nums opacity-80">{count(label)}</span>}
        </Link>
      ))}
    </nav>
  );
}
