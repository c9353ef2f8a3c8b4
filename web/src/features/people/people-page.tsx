import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Button, Notice, ProblemNotice, QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { type Kind, peopleQuery, profileQuery } from './api';
import { PersonRow } from './ui/person-row';

type Props = { username: string; kind: Kind; notFound: ReactNode };

/** Followers of a user, or the people they follow. */
export default function PeoplePage({ username, kind, notFound }: Props) {
  const profile = useQuery(profileQuery(username));
  const query = useInfiniteQuery(peopleQuery(username, kind));
  const name = profile.data?.display_name ?? username;
  const title =
    kind === 'followers' ? t.people.followersTitle(name) : t.people.followingTitle(name);
  useTitle(title);
  if (query.error instanceof ApiProblem && query.error.status === 404) return notFound;
  return (
    <div className="flex max-w-[680px] flex-col px-(--gutter) pb-8">
      <Link
        href={hrefs.profile(username)}
        className="mt-4 inline-flex min-h-6 w-fit items-center gap-1 text-13 text-muted hover:text-text"
      >
        <ArrowLeft aria-hidden size={14} className="rtl:-scale-x-100" />
        {t.people.handle(username)}
      </Link>
      <h1 className="pb-3 font-bold text-18">{title}</h1>
      <QueryView
        query={query}
        what={t.people.listWhat}
        loading={<div className="h-40 rounded-control bg-sunken" />}
        isEmpty={({ pages }) => pages.every((page) => page.items.length === 0)}
        empty={<Notice text={kind === 'followers' ? t.people.noFollowers : t.people.noFollowing} />}
      >
        {({ pages }) => (
          <ul aria-label={title} className="flex flex-col">
            {pages.flatMap((page) =>
              page.items.map((person) => <PersonRow key={person.username} person={person} />),
            )}
          </ul>
        )}
      </QueryView>
      {query.isFetchNextPageError ? (
        <ProblemNotice
          title={t.state.failed(t.people.listWhat)}
          error={query.error}
          onRetry={() => query.fetchNextPage()}
        />
      ) : (
        query.hasNextPage && (
          <Button
            className="mt-4 self-start"
            disabled={query.isFetchingNextPage}
            onClick={() => query.fetchNextPage()}
          >
            {t.people.more}
          </Button>
        )
      )}
    </div>
  );
}
