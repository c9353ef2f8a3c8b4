import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { QueryView } from '@/shared/ui';
import { queuesQuery } from './api';
import { Failures } from './ui/failures';
import { Frame } from './ui/frame';
import { QueueCard } from './ui/queue-card';

const words = text.jobs;

export default function JobsPage({ notFound }: { notFound: ReactNode }) {
  return (
    <Frame place="jobs" notFound={notFound} aside={<LastUpdate />}>
      <Queues />
      <Failures />
    </Frame>
  );
}

/** Time of the last refresh, or a note that the last refresh failed. */
function LastUpdate() {
  const { dataUpdatedAt, isError } = useQuery(queuesQuery);
  if (!dataUpdatedAt) return null;
  return (
    <p className={`text-13 tabular-nums ${isError ? 'text-warn' : 'text-muted'}`}>
      {[words.updated(dataUpdatedAt), isError ? words.notUpdated : ''].filter(Boolean).join('. ')}
    </p>
  );
}

const gridClass = 'grid gap-2 md:gap-3 md:grid-cols-[repeat(auto-fill,minmax(208px,1fr))]';

function Queues() {
  const query = useQuery(queuesQuery);
  return (
    <QueryView
      query={query}
      what={words.what}
      loading={
        <div role="status" aria-label={t.state.loading} className={gridClass}>
          {Array.from({ length: 5 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
            <div key={index} className="h-20 rounded-control bg-sunken" />
          ))}
        </div>
      }
    >
      {({ items }) => (
        <ul aria-label={words.queues} className={gridClass}>
          {items.map((queue) => (
            <li key={queue.name}>
              <QueueCard queue={queue} />
            </li>
          ))}
        </ul>
      )}
    </QueryView>
  );
}
