import type { QueueState } from '@/shared/api';
import { text } from '@/shared/i18n/admin';

const words = text.jobs;

/** Figures of one queue: a column on wide windows, two lines on a phone. */
export function QueueCard({ queue }: { queue: QueueState }) {
  const name = words.names[queue.name] ?? queue.name;
  const stuck = queue.depth > 0 && queue.workers === 0;
  return (
    <section
      aria-label={name}
      className={`flex h-full flex-col gap-x-4 gap-y-1 rounded-control border bg-surface p-3 md:gap-y-3 md:p-4 ${stuck ? 'border-warn' : 'border-line'}`}
    >
      <div className="flex items-baseline justify-between gap-x-4 md:flex-col md:gap-y-3">
        <h2 className="font-medium text-15">{name}</h2>
        <p className="flex items-baseline gap-x-2">
          <span className="font-bold text-18 tabular-nums md:text-24">{queue.depth}</span>
          <span className="text-12 text-muted">{words.waiting}</span>
        </p>
      </div>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-13 md:flex-col">
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
  <div className="flex justify-between gap-x-1.5">
    <dt className="text-muted">{name}</dt>
    <dd className={`text-end tabular-nums ${bad ? 'font-medium text-reject' : ''}`}>
      {value ?? words.none}
    </dd>
  </div>
);
