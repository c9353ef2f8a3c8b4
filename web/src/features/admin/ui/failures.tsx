import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeadLetter } from '@/shared/api';
import { codeText, problemText, t } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { Button, QueryView, toast } from '@/shared/ui';
import { deadLetterLimit, deadLettersQuery, useRetryLetters, useSkipLetter } from '../api';
import { type FailureGroup, groupFailures } from '../failures';

const words = text.jobs;

/** Retries some dead letters and reports how many were queued. */
function useRetry() {
  const retry = useRetryLetters();
  const onRetry = (ids: string[]) =>
    retry.mutate(ids, {
      onSuccess: ({ done, refused }) =>
        toast(
          [words.retried(done), refused ? words.partly(refused) : ''].filter(Boolean).join(' '),
        ),
      onError: (error) => toast(`${words.notDone} ${problemText(error)}`),
    });
  return { busy: retry.isPending, onRetry };
}

const idsOf = (letters: DeadLetter[]) => letters.map((letter) => letter.id);
const buttonSize = 'h-9! px-3! text-13!';

/** Dead letters grouped by reason, to tell one bad file from a broken step. */
export function Failures() {
  const query = useQuery(deadLettersQuery);
  const { busy, onRetry } = useRetry();
  const all = query.data?.items ?? [];
  const groups = groupFailures(all);
  return (
    <section aria-label={words.failed} className="pt-8">
      <div className="flex flex-wrap items-center justify-between gap-3 pb-2">
        <h2 className="font-bold text-15">{words.failed}</h2>
        {groups.length > 1 && (
          <Button className={buttonSize} disabled={busy} onClick={() => onRetry(idsOf(all))}>
            {words.retryEvery(all.length)}
          </Button>
        )}
      </div>
      <QueryView
        query={query}
        what={words.failedWhat}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="text-muted">{words.failedEmpty}</p>}
      >
        {({ next_cursor }) => (
          <>
            {next_cursor && <p className="text-13 text-muted">{words.moreThan(deadLetterLimit)}</p>}
            <ul className="flex flex-col">
              {groups.map((group) => (
                <li key={`${group.step} ${group.code}`} className="border-line border-t py-4">
                  <Group group={group} />
                </li>
              ))}
            </ul>
          </>
        )}
      </QueryView>
    </section>
  );
}

function Group({ group }: { group: FailureGroup }) {
  const { busy, onRetry } = useRetry();
  const [open, setOpen] = useState(group.letters.length <= 3);
  const count = group.letters.length;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h3 className="font-medium">{codeText(group.code, group.letters[0]?.detail ?? '')}</h3>
          <p className="flex flex-wrap items-baseline gap-x-4 text-13 text-muted tabular-nums">
            <span>{words.steps[group.step] ?? group.step}</span>
            <span>{words.group(count)}</span>
            <span>{words.span(group.first, group.last)}</span>
            <code className="font-sans">{group.code}</code>
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            look="quiet"
            className={buttonSize}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? words.hide(count) : words.show(count)}
          </Button>
          <Button
            className={buttonSize}
            disabled={busy}
            onClick={() => onRetry(idsOf(group.letters))}
          >
            {words.retryAll(count)}
          </Button>
        </div>
      </div>
      {open && (
        <ul className="mt-2 flex flex-col">
          {group.letters.map((letter) => (
            <li key={letter.id}>
              <Letter letter={letter} busy={busy} onRetry={() => onRetry([letter.id])} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type LetterProps = { letter: DeadLetter; busy: boolean; onRetry: () => void };

function Letter({ letter, busy, onRetry }: LetterProps) {
  const skip = useSkipLetter();
  const owner = letter.owner.display_name;
  const onSkip = () =>
    skip.mutate(letter.id, {
      onSuccess: () => toast(words.skipped),
      onError: (error) => toast(`${words.notDone} ${problemText(error)}`),
    });
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-2 text-13">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap gap-x-4 tabular-nums">
          <span className="font-medium">{words.photoOf(owner)}</span>
          {letter.attempts > 0 && (
            <span className="text-muted">{words.attempts(letter.attempts)}</span>
          )}
          <span className="text-muted">{words.at(letter.created_at)}</span>
        </p>
        {letter.detail && (
          <details className="text-muted">
            <summary className="cursor-pointer py-1">{words.trace}</summary>
            <p className="max-w-[80ch] whitespace-pre-wrap break-words">{letter.detail}</p>
            <p className="break-all text-12">{letter.photo_id}</p>
          </details>
        )}
      </div>
      <div className="flex gap-2">
        <Button
          className={buttonSize}
          aria-label={words.retryLabel(owner)}
          disabled={busy || skip.isPending}
          onClick={onRetry}
        >
          {words.retry}
        </Button>
        <Button
          look="quiet"
          className={buttonSize}
          aria-label={words.skipLabel(owner)}
          disabled={busy || skip.isPending}
          onClick={onSkip}
        >
          {words.skip}
        </Button>
      </div>
    </div>
  );
}
