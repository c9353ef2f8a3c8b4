import type { QueueState } from '@/shared/api';
import { text } from '@/shared/i18n/admin';

const words = text.jobs;

export function QueueCard({ queue }: { queue: QueueState }) {
  const name = words.names[queue.name] ?? queue.name;
  const stuck = queue.depth > 0 && queue.workers === 0;
  return (
    <section
      aria-label={name}
      className={`flex h-full flex-col gap-3 rounded-control border bg-surface p-4 ${stuck ? 'border-warn' : 'border-line'}`}
    >
      <h2 className="font-medium text-15">{name}</h2>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-bold text-24 tabular-nums">{queue.depth}</span>
        <span className="text-12 text-muted">{words.waiting}</span>
      </p>
      <dl className="grid grid-cols-[1fr_auto] gap-y-1 text-13">
        <Figure name={words.rate} value={queue.rate_per_minute} />
        <Figure
          name={words.oldest}
          value={queue.oldest_age_s === null ? null : words.waited(queue.oldest_age_s)}
        />
        <Figure name={words.workers} value={queue.workers} />
        <Figure name={words.failures} value={queue.failures} bad={queue.failures > 0} />
      </dl>
      {stuck && <p className="text-13 text-warn">{words.noWorkers}</p>}
    </section>
  );
}

type FigureProps = { name: string; value: string | number | null; bad?: boolean };

const Figure = ({ name, value, bad = false }: FigureProps) => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd className={`text-end tabular-nums ${bad ? 'font-medium text-reject' : ''}`}>
      {value ?? words.none}
    </dd>
  </>
);
