import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass, Notice, QueryView } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { type Person, suggestedQuery } from '../api';
import { FollowButton } from './follow-button';
import { PersonRow } from './person-row';

const toExplore = () => (
  <Link href={hrefs.explore()} className={`${buttonClass('plain')} self-start`}>
    {t.people.feed.explore}
  </Link>
);

/** Suggested people for a user who follows no one. */
export function Suggested({ me }: { me: string }) {
  const query = useQuery(suggestedQuery(me));
  return (
    <QueryView
      query={query}
      what={t.people.listWhat}
      loading={<div className="h-40 rounded-control bg-sunken" />}
      isEmpty={(people) => people.length === 0}
      empty={<Notice text={t.people.feed.emptyAlone}>{toExplore()}</Notice>}
    >
      {(people) => (
        <div className="flex flex-col gap-6 py-4">
          <p className="text-18">{t.people.feed.empty}</p>
          <ul className="flex flex-col">
            {people.map((person) => (
              <Row key={person.username} person={person} />
            ))}
          </ul>
          {toExplore()}
        </div>
      )}
    </QueryView>
  );
}

function Row({ person }: { person: Person }) {
  const [followed, setFollowed] = useState(false);
  return (
    <PersonRow person={person}>
      <FollowButton
        username={person.username}
        name={person.display_name}
        followed={followed}
        onChange={setFollowed}
      />
    </PersonRow>
  );
}
