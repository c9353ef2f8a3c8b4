import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeadLetter } from '@/shared/api';
import { codeText, problemText, t } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { Button, QueryView, toast } from '@/shared/ui';
import { lettersQuery, mostLetters, useRetryLetters, useSkipLetter } from '../api';
import { type FailureGroup, groupFailures } from '../failures';

const words = text.jobs;

/** What was given up, by its reason: one look tells whether it is one bad file or a broken step. */
export function Failures() {
  const query = useQuery(lettersQuery);
  return (
    <section aria-label={words.failed} className="pt-10">
      <h2 className="pb-2 font-bold text-18">{words.failed}</h2>
      <QueryView
        query={query}
        what={words.failedWhat}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="text-muted">{words.failedEmpty}</p>}
      >
        {({ items, next_cursor }) => (
          <>
            {next_cursor && <p className="text-13 text-muted">{words.moreThan(mostLetters)}</p>}
            <ul className="flex flex-col">
              {groupFailures(items).map((group) => (
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
  const retry = useRetryLetters();
  const [open, setOpen] = useState(group.letters.length <= 3);
  const onRetry = (ids: string[]) =>
    retry.mutate(ids, {
      onSuccess: ({ done, refused }) =>
        toast(
          [words.retried(done), refused ? words.partly(refused) : ''].filter(Boolean).join(' '),
        ),
      onError: (error) => toast(`${words.notDone} ${problemText(error)}`),
    });
  const count = group.letters.length;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h3 className="font-medium">{codeText(group.code, group.letters[0]?.detail ?? '')}</h3>
          <p className="flex flex-wrap gap-x-4 text-13 text-muted tabular-nums">
            <span>{words.steps[group.step] ?? group.step}</span>
            <span>{words.group(count)}</span>
            <span>{words.span(group.first, group.last)}</span>
            <code className="text-12">{group.code}</code>
          </p>
        </div>
        <Button
          disabled={retry.isPending}
          onClick={() => onRetry(group.letters.map((letter) => letter.id))}
        >
          {words.retryAll(count)}
        </Button>
      </div>
      {open ? (
        <ul className="mt-2 flex flex-col">
          {group.letters.map((letter) => (
            <li key={letter.id}>
              <Letter letter={letter} busy={retry.isPending} onRetry={() => onRetry([letter.id])} />
            </li>
          ))}
        </ul>
      ) : (
        <Button small className="mt-2 h-9! px-3! text-13!" onClick={() => setOpen(true)}>
          {words.show(count)}
        </Button>
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
          small
          className="h-9! px-3! text-13!"
          aria-label={words.retryLabel(owner)}
          disabled={busy || skip.isPending}
          onClick={onRetry}
        >
          {words.retry}
        </Button>
        <Button
          small
          look="quiet"
          className="h-9! px-3! text-13!"
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
