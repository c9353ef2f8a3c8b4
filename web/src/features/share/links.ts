import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/shared/api';

const linksKey = (album: string) => ['share-links', album] as const;
const ofAlbum = (album: string) => ({ params: { path: { album_id: album } } });

export const shareLinksQuery = (album: string) =>
  queryOptions({
    queryKey: linksKey(album),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/albums/{album_id}/share-links', { ...ofAlbum(album), signal })),
  });

export type NewLink = { expires_at: string | null; password: string | null };

export function useCreateLink(album: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewLink) =>
      unwrap(api.POST('/api/v1/albums/{album_id}/share-links', { ...ofAlbum(album), body })),
    onSuccess: () => client.invalidateQueries({ queryKey: linksKey(album) }),
  });
}

export function useRevokeLink(album: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (link: string) =>
      unwrap(
        api.DELETE('/api/v1/albums/{album_id}/share-links/{link_id}', {
          params: { path: { album_id: album, link_id: link } },
        }),
      ),
    // Not awaited: the row unmounts with the refetch, and its callbacks with it.
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: linksKey(album) });
    },
  });
}

export const lastings = ['never', 'week', 'month', 'year'] as const;
export type Lasting = (typeof lastings)[number];

const days: Record<Lasting, number | null> = { never: null, week: 7, month: 30, year: 365 };

/** Expiry of a new link, as an ISO time. */
export function endOf(lasting: Lasting, now: number): string | null {
  const count = days[lasting];
  return count === null ? null : new Date(now + count * 86_400_000).toISOString();
}
