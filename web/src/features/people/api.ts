import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { photoKeys } from '@/entities/photo';
import { api, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

const pageSize = 48;
const topTags = 12;

const keys = {
  all: ['people'] as const,
  one: (username: string) => ['people', 'one', username.toLowerCase()] as const,
  list: (username: string, kind: Kind) => ['people', kind, username.toLowerCase()] as const,
  suggested: ['people', 'suggested'] as const,
  blocked: ['people', 'blocked'] as const,
};

/** Followers of a user, or the people they follow. */
export type Kind = 'followers' | 'following';

const fetchProfile = (username: string, signal: AbortSignal) =>
  unwrap(api.GET('/api/v1/users/{username}', { params: { path: { username } }, signal }));

export type Profile = Awaited<ReturnType<typeof fetchProfile>>;

export const profileQuery = (username: string) =>
  queryOptions({
    queryKey: keys.one(username),
    queryFn: ({ signal }) => fetchProfile(username, signal),
    staleTime: 30_000,
  });

const fetchPeople = (username: string, kind: Kind, cursor: string | null, signal: AbortSignal) => {
  const params = {
    path: { username },
    query: { limit: pageSize, ...(cursor ? { cursor } : {}) },
  };
  return kind === 'followers'
    ? unwrap(api.GET('/api/v1/users/{username}/followers', { params, signal }))
    : unwrap(api.GET('/api/v1/users/{username}/following', { params, signal }));
};

type PeoplePage = Awaited<ReturnType<typeof fetchPeople>>;
export type Person = PeoplePage['items'][number];

export const peopleQuery = (username: string, kind: Kind) =>
  infiniteQueryOptions({
    queryKey: keys.list(username, kind),
    queryFn: ({ pageParam, signal }) => fetchPeople(username, kind, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: PeoplePage) => page.next_cursor ?? undefined,
    staleTime: 30_000,
  });

export const blockedQuery = infiniteQueryOptions({
  queryKey: keys.blocked,
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) };
    return unwrap(api.GET('/api/v1/me/blocks', { params: { query }, signal }));
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page: PeoplePage) => page.next_cursor ?? undefined,
});

export const topTagsQuery = (username: string) =>
  queryOptions({
    queryKey: ['tags', 'of', username],
    queryFn: async ({ signal }) => {
      const params = { query: { user: username, limit: topTags } };
      return (await unwrap(api.GET('/api/v1/tags', { params, signal }))).items;
    },
    staleTime: 60_000,
  });

const sampled = 60;
const suggestionLimit = 6;

/** Suggested people: popular and not yet followed. */
export const suggestedQuery = (me: string) =>
  queryOptions({
    queryKey: keys.suggested,
    queryFn: async ({ signal }): Promise<Person[]> => {
      const [liked, followed] = await Promise.all([
        unwrap(
          api.GET('/api/v1/photos', {
            params: { query: { sort: 'liked' as const, limit: sampled } },
            signal,
          }),
        ),
        fetchPeople(me, 'following', null, signal),
      ]);
      const excluded = new Set([me, ...followed.items.map(({ username }) => username)]);
      const owners = new Map(liked.items.map(({ owner }) => [owner.username, owner]));
      return [...owners.values()]
        .filter(({ username }) => !excluded.has(username))
        .slice(0, suggestionLimit);
    },
    staleTime: 60_000,
  });

/** Follow or unfollow; updates the follower count optimistically. */
export function useFollow(username: string) {
  const client = useQueryClient();
  const put = (follow: boolean) =>
    client.setQueryData<Profile>(keys.one(username), (profile) => {
      if (!profile || profile.followed === follow) return profile;
      const followers = Math.max(0, profile.counts.followers + (follow ? 1 : -1));
      return { ...profile, followed: follow, counts: { ...profile.counts, followers } };
    });
  return useMutation({
    mutationKey: ['people', 'follow', username],
    scope: { id: `follow/${username}` },
    mutationFn: (follow: boolean) => {
      const params = { path: { username } };
      const path = '/api/v1/users/{username}/follow';
      return unwrap(follow ? api.PUT(path, { params }) : api.DELETE(path, { params }));
    },
    onMutate: async (follow) => {
      await client.cancelQueries({ queryKey: keys.one(username) });
      put(follow);
    },
    onError: (error, follow) => {
      put(!follow);
      toast(`${t.people.notSaved} ${problemText(error)}`);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: photoKeys.list({ feed: 'following' }) });
      void client.invalidateQueries({ queryKey: keys.all });
    },
  });
}

/** A block changes what both users can see: refetch everything. */
export function useBlock(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (block: boolean) => {
      const params = { path: { username } };
      const path = '/api/v1/users/{username}/block';
      return unwrap(block ? api.PUT(path, { params }) : api.DELETE(path, { params }));
    },
    onSuccess: (_nothing, block) => {
      toast(block ? t.people.blocked(username) : t.people.unblocked(username));
      void client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'all' });
      return client.invalidateQueries({ queryKey: keys.all });
    },
    onError: (error) => toast(`${t.people.notSaved} ${problemText(error)}`),
  });
}
