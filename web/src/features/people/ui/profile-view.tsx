import { type ReactNode, useMemo } from 'react';
import { Link, useSearch } from 'wouter';
import { type ListParams, PhotoListView } from '@/features/photo';
import { t } from '@/shared/i18n';
import { Notice } from '@/shared/ui';
import type { Profile } from '../api';
import { monthEnding, monthsSince } from '../months';
import { TagFilter } from './tag-filter';
import { Timeline } from './timeline';

type Filters = { tag: string | null; until: string | null; visibility: 'private' | null };

function readFilters(search: string): Filters {
  const kept = new URLSearchParams(search);
  const visibility = kept.get('show') === 'private' ? 'private' : null;
  return { tag: kept.get('tag'), until: kept.get('until'), visibility };
}

function withFilters(path: string, { tag, until, visibility }: Filters): string {
  const kept = new URLSearchParams();
  if (tag) kept.set('tag', tag);
  if (until) kept.set('until', until);
  if (visibility) kept.set('show', visibility);
  return kept.size ? `${path}?${kept}` : path;
}

type Props = { profile: Profile; path: string; own: boolean; empty: ReactNode };

/** Someone's photos by tag and by month, all in the address. */
export function ProfileView({ profile, path, own, empty }: Props) {
  const { username, display_name: name, created_at } = profile;
  const filters = readFilters(useSearch());
  const { tag, until, visibility } = filters;
  const months = useMemo(() => monthsSince(created_at, new Date()), [created_at]);
  const month = monthEnding(months, until);
  const params = useMemo<ListParams>(
    () => ({
      user: username,
      ...(tag ? { tag: [tag] } : {}),
      ...(month ? { until: month.end } : {}),
      ...(visibility ? { q: 'is:private' } : {}),
    }),
    [username, tag, month, visibility],
  );
  const filtered = tag || month || visibility;
  const none = <Notice text={visibility ? t.people.noPrivate : t.people.noneByTag} />;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <TagFilter
          username={username}
          tag={tag}
          hrefOf={(label) => withFilters(path, { ...filters, tag: label })}
        />
        {own && (
          <Shown
            visibility={visibility}
            hrefOf={(only) => withFilters(path, { ...filters, visibility: only })}
          />
        )}
      </div>
      {month && month !== months[0] && (
        <p className="flex flex-wrap items-baseline gap-x-4 text-13">
          <span className="font-medium">{t.people.before(month.start)}</span>
          <Link
            href={withFilters(path, { ...filters, until: null })}
            className="text-accent underline underline-offset-4"
          >
            {t.people.newest}
          </Link>
        </p>
      )}
      <div className="flex flex-col gap-3 lg:flex-row-reverse lg:gap-4">
        <Timeline
          months={months}
          current={month}
          hrefOf={(to) => withFilters(path, { ...filters, until: to?.end ?? null })}
        />
        <div className="min-w-0 flex-1">
          <PhotoListView
            // Other filters make another list, which begins at its top.
            key={JSON.stringify(params)}
            params={params}
            what={t.people.photosWhat}
            label={t.people.photosOf(name)}
            showOwner={false}
            empty={filtered ? none : empty}
          />
        </div>
      </div>
    </div>
  );
}

type ShownProps = {
  visibility: Filters['visibility'];
  hrefOf: (only: Filters['visibility']) => string;
};

function Shown({ visibility, hrefOf }: ShownProps) {
  return (
    <nav aria-label={t.people.only} className="flex gap-1 text-13">
      {([null, 'private'] as const).map((only) => (
        <Link
          key={only ?? 'all'}
          href={hrefOf(only)}
          aria-current={only === visibility ? 'true' : undefined}
          className={`inline-flex h-8 items-center rounded-control px-2 pointer-coarse:h-11 ${only === visibility ? 'bg-sunken font-medium' : 'text-muted hover:text-text'}`}
        >
          {t.people.filters[only ?? 'all']}
        </Link>
      ))}
    </nav>
  );
}
