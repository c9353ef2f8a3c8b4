import type { ReactNode } from 'react';
import { problemText, requestIdOf, t } from '@/shared/i18n';
import { Button } from './button';

/** The part of a TanStack query that decides what is shown. */
export type ViewedQuery<T> = {
  data: T | undefined;
  error: unknown;
  fetchStatus: 'fetching' | 'paused' | 'idle';
  refetch: () => unknown;
};

type Props<T> = {
  query: ViewedQuery<T>;
  /** Subject of the sentence "… could not be loaded." */
  what: string;
  loading: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/** The one place that chooses between loading, offline, error, empty and content. */
export function QueryView<T>({ query, what, loading, isEmpty, empty, children }: Props<T>) {
  if (query.data !== undefined) {
    return isEmpty?.(query.data) ? empty : children(query.data);
  }
  if (query.fetchStatus === 'paused') return <Notice text={t.state.offline} />;
  if (query.error) {
    return (
      <ProblemNotice
        title={t.state.failed(what)}
        error={query.error}
        onRetry={() => query.refetch()}
      />
    );
  }
  return loading;
}

export function Notice({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="flex max-w-[68ch] flex-col items-start gap-4 py-8">
      <p className="text-18">{text}</p>
      {children}
    </div>
  );
}

type ProblemNoticeProps = { title: string; error: unknown; onRetry?: () => void };

export function ProblemNotice({ title, error, onRetry }: ProblemNoticeProps) {
  const requestId = requestIdOf(error);
  return (
    <div role="alert" className="flex max-w-[68ch] flex-col items-start gap-2 py-8">
      <p className="text-18 font-medium">{title}</p>
      <p className="text-muted">{problemText(error)}</p>
      {requestId && (
        <p className="font-normal text-12 text-muted tabular-nums">
          {t.state.requestId(requestId)}
        </p>
      )}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          {t.state.retry}
        </Button>
      )}
    </div>
  );
}
