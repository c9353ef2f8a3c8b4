import { queryOptions } from '@tanstack/react-query';
import { type ListParams, photoListQuery } from '@/entities/photo';
import { tagTerm } from '@/features/explore';
import { api, unwrap } from '@/shared/api';
import type { FeedTab } from '@/shared/url/routes';

/** Counting stops here: more new photos are shown as "30+". */
export const headSize = 30;
const headEveryMs = 60_000;
const usedTags = 8;

/** Polls the ids of the newest photos while the page is visible. */
export const headQuery = queryOptions({
  queryKey: ['feed', 'head'],
  queryFn: async ({ signal }) => {
    const page = await unwrap(
      api.GET('/api/v1/photos', { params: { query: { limit: headSize } }, signal }),
    );
    return page.items.map(({ id }) => id);
  },
  refetchInterval: headEveryMs,
  refetchOnWindowFocus: true,
  staleTime: headEveryMs / 2,
  retry: false,
});

/** Most common tags of a user's photos. */
export const usedTagsQuery = (username: string) =>
  queryOptions({
    queryKey: ['tags', 'used', username],
    queryFn: async ({ signal }) => {
      const params = { query: { user: username, limit: usedTags } };
      const { items } = await unwrap(api.GET('/api/v1/tags', { params, signal }));
      return items.map(({ label }) => label);
    },
    staleTime: 5 * 60_000,
  });

export const recent: ListParams = {};
export const popular: ListParams = { sort: 'liked' };

/** List parameters of a tab; null until they are known. */
export function paramsOf(tab: FeedTab, tags: readonly string[] | undefined): ListParams | null {
  if (tab === 'recent') return recent;
  if (tab === 'popular') return popular;
  return tags && tags.length > 0 ? { q: tags.map(tagTerm).join(' OR ') } : null;
}

/** The query of a tab that does not depend on the user. */
export const feedQuery = (tab: FeedTab) => photoListQuery(tab === 'popular' ? popular : recent);
