import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useRef } from 'react';
import { Link, useSearch } from 'wouter';
import { type ListParams, photoListQuery } from '@/entities/photo';
import { PhotoListView } from '@/features/photo-list';
import { t } from '@/shared/i18n';
import { Notice } from '@/shared/ui';
import type { Profile } from '../api';
import { useMonthInView } from '../month-in-view';
import { monthEnding, monthsSince } from '../months';
import { TagFilter } from './tag-filter';
import { Timeline } from './timeline';

/** Filter of the user's own photos. */
type Only = 'private' | 'failed' | null;
type Filters = { tag: string | null; until: string | null; only: Only };

function readFilters(search: string): Filters {
  const kept = new URLSearchParams(search);
  const show = kept.get('show');
  const only = show === 'private' || show === 'failed' ? show : null;
  return { tag: kept.get('tag'), until: kept.get('until'), only };
}

function withFilters(path: string, { tag, until, only }: Filters): string {
  const kept = new URLSearchParams();
  if (tag) kept.set('tag', tag);
  if (until) kept.set('until', until);
  if (only) kept.set('show', only);
  return kept.size ? `${path}?${kept}` : path;
}

type Props = { profile: Profile; path: string; own: boolean; empty: ReactNode };

/** A user's photos by tag and month; the address holds both. */
export function ProfileView({ profile, path, own, empty }: Props) {
  const { username, display_name: name, created_at } = profile;
  const filters = readFilters(useSearch());
  const { tag, until, only } = filters;
  const months = useMemo(() => monthsSince(created_at, new Date()), [created_at]);
  const month = monthEnding(months, until);
  const params = useMemo<ListParams>(
    () => ({
      user: username,
      ...(tag ? { tag: [tag] } : {}),
      ...(month ? { until: month.end } : {}),
      ...(only === 'private' ? { q: 'is:private' } : {}),
      ...(only === 'failed' ? { status: only } : {}),
    }),
    [username, tag, month, only],
  );
  const box = useRef<HTMLDivElement>(null);
  const { data } = useInfiniteQuery(photoListQuery(params));
  const photos = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const inView = useMonthInView(box, photos, months);
  const filtered = tag || month || only;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <TagFilter
          username={username}
          tag={tag}
          hrefOf={(label) => withFilters(path, { ...filters, tag: label })}
        />
        {own && <Shown only={only} hrefOf={(to) => withFilters(path, { ...filters, only: to })} />}
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
          current={inView ?? month}
          hrefOf={(to) => withFilters(path, { ...filters, until: to?.end ?? null })}
        />
        <div ref={box} className="min-w-0 flex-1">
          <PhotoListView
            // A new filter starts at the top.
            key={JSON.stringify(params)}
            params={params}
            what={t.people.photosWhat}
            label={t.people.photosOf(name)}
            showOwner={false}
            empty={filtered ? <Notice text={noneOf[only ?? 'tag']} /> : empty}
          />
        </div>
      </div>
    </div>
  );
}

const noneOf = {
  private: t.people.noPrivate,
  failed: t.people.noFailed,
  tag: t.people.noneByTag,
} as const;

type ShownProps = { only: Only; hrefOf: (only: Only) => string };

function Shown({ only: current, hrefOf }: ShownProps) {
  const shown: Only[] = current === 'failed' ? [null, 'private', 'failed'] : [null, 'private'];
  return (
    <nav aria-label={t.people.only} className="flex gap-1 text-13">
      {shown.map((only) => (
        <Link
          key={only ?? 'all'}
          href={hrefOf(only)}
          aria-current={only === current ? 'true' : undefined}
          className={`inline-flex h-8 items-center rounded-control px-2 pointer-coarse:h-11 ${only === current ? 'bg-sunken font-medium' : 'text-muted hover:text-text'}`}
        >
          {t.people.filters[only ?? 'all']}
        </Link>
      ))}
    </nav>
  );
}
