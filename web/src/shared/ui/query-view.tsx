import type { ReactNode } from 'react';
import { problemText, requestIdOf, t } from '@/shared/i18n';
import { Button } from './button';

/** The part of a TanStack query that determines the view. */
export type ViewedQuery<T> = {
  data: T | undefined;
  error: unknown;
  fetchStatus: 'fetching' | 'paused' | 'idle';
  refetch: () => unknown;
  /** For infinite lists: whether the next page failed, and how to load it again. */
  isFetchNextPageError?: boolean;
  fetchNextPage?: () => unknown;
};

type Props<T> = {
  query: ViewedQuery<T>;
  /** Subject of the sentence "… could not be loaded." */
  what: string;
  /** Whether this is the whole page, so that the error is its heading. */
  whole?: boolean;
  loading: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/** Chooses between loading, offline, error, empty, partial and complete content. */
export function QueryView<T>(props: Props<T>) {
  const { query, what, whole, loading, isEmpty, empty, children } = props;
  if (query.data !== undefined) {
    const content = isEmpty?.(query.data) ? empty : children(query.data);
    if (!query.error) return content;
    if (query.isFetchNextPageError) {
      return (
        <>
          {content}
          <ProblemNotice
            title={t.state.moreFailed}
            error={query.error}
            onRetry={() => query.fetchNextPage?.()}
          />
        </>
      );
    }
    return (
      <>
        <PartialBar what={what} error={query.error} onRetry={() => query.refetch()} />
        {content}
      </>
    );
  }
  if (query.fetchStatus === 'paused') return <Notice text={t.state.offline} heading={whole} />;
  if (query.error) {
    return (
      <ProblemNotice
        title={t.state.failed(what)}
        heading={whole}
        error={query.error}
        onRetry={() => query.refetch()}
      />
    );
  }
  return loading;
}

type PartialProps = { what: string; error: unknown; onRetry: () => void };

/** Keeps stale content and reports that it could not be refreshed. */
function PartialBar({ what, error, onRetry }: PartialProps) {
  return (
    <div
      role="status"
      className="my-2 flex flex-wrap items-center gap-x-3 gap-y-1 border-warn border-s-2 bg-sunken px-3 py-1.5 text-13"
    >
      <p>
        {t.frame.partial(what)} <span className="text-muted">{problemText(error)}</span>
      </p>
      <Button small onClick={onRetry}>
        {t.state.retry}
      </Button>
    </div>
  );
}

type NoticeProps = { text: string; heading?: boolean | undefined; children?: ReactNode };

export function Notice({ text, heading, children }: NoticeProps) {
  const Text = heading ? 'h1' : 'p';
  return (
    <div className="flex max-w-[68ch] flex-col items-start gap-4 py-8">
      <Text className="text-18">{text}</Text>
      {children}
    </div>
  );
}

type ProblemNoticeProps = {
  title: string;
  heading?: boolean | undefined;
  error: unknown;
  onRetry?: () => void;
};

export function ProblemNotice({ title, heading, error, onRetry }: ProblemNoticeProps) {
  const Title = heading ? 'h1' : 'p';
  const requestId = requestIdOf(error);
  return (
    <div role="alert" className="flex max-w-[68ch] flex-col items-start gap-2 py-8">
      <Title className="text-18 font-medium">{title}</Title>
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
