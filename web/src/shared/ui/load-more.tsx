import { t } from '@/shared/i18n';
import { Button } from './button';

type Props = {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => unknown;
  };
};

/** Loads the next page; the surrounding `QueryView` reports its failure. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage || query.isFetchNextPageError) return null;
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
