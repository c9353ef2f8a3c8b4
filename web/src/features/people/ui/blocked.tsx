import { useInfiniteQuery } from '@tanstack/react-query';
import { t } from '@/shared/i18n';
import { Button, LoadMore, QueryView } from '@/shared/ui';
import { blockedQuery, type Person, useBlock } from '../api';
import { PersonRow } from './person-row';

/** Blocked people, with a button to unblock each. */
export default function Blocked() {
  const query = useInfiniteQuery(blockedQuery);
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="blocked-heading" className="flex flex-col gap-1">
      <h3 id="blocked-heading" className="font-medium">
        {t.people.blockedTitle}
      </h3>
      <QueryView
        query={query}
        what={t.people.listWhat}
        loading={<div role="status" aria-label={t.state.loading} className="h-12" />}
        isEmpty={() => people.length === 0}
        empty={<p className="text-13 text-muted">{t.people.blockedNone}</p>}
      >
        {() => (
          <ul aria-labelledby="blocked-heading" className="flex flex-col">
            {people.map((person) => (
              <Row key={person.username} person={person} />
            ))}
          </ul>
        )}
      </QueryView>
      <LoadMore query={query} />
    </section>
  );
}

function Row({ person }: { person: Person }) {
  const block = useBlock(person.username);
  return (
    <PersonRow person={person}>
      <Button
        className="h-9! px-3! text-13! pointer-coarse:h-11!"
        aria-label={t.people.unblockLabel(person.display_name)}
        disabled={block.isPending}
        onClick={() => block.mutate(false)}
      >
        {t.people.unblock}
      </Button>
    </PersonRow>
  );
}
