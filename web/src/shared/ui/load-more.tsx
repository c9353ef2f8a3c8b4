import { t } from '@/shared/i18n';
import { Button } from './button';
import { ProblemNotice } from './query-view';

type Props = {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
};

/** The way to the next part of a list that is read rather than scrolled through. */
export function LoadMore({ query }: Props) {
  if (query.isFetchNextPageError) {
    return (
      <ProblemNotice
        title={t.state.moreFailed}
        error={query.error}
        onRetry={() => query.fetchNextPage()}
      />
    );
  }
  if (!query.hasNextPage) return null;
  return (
    <Button
      className="mt-6"
      disabled={query.isFetchingNextPage}
      onClick={() => query.fetchNextPage()}
    >
      {t.state.more}
    </Button>
  );
}
