import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { sessionKey } from '@/entities/session';
import { api, type User, unwrap } from '@/shared/api';

type ProfileChange = Partial<
  Pick<
    User,
    'username' | 'email' | 'display_name' | 'bio' | 'default_visibility' | 'allow_downloads'
  >
> & { avatar_photo_id?: string | null };

/** Update the profile and every place that shows it. */
export function useChangeProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProfileChange) => unwrap(api.PATCH('/api/v1/me', { body })),
    onSuccess: (user) => client.setQueryData(sessionKey, user),
  });
}

export const useChangePassword = () =>
  useMutation({
    mutationFn: (body: { current: string; new: string }) =>
      unwrap(api.POST('/api/v1/me/password', { body })),
  });

export const useDeleteAccount = () =>
  useMutation({
    mutationFn: (password: string) => unwrap(api.DELETE('/api/v1/me', { body: { password } })),
  });

const keysKey = ['api-keys'] as const;
/** One page is enough: users have few keys. */
const keyLimit = 200;

export const apiKeysQuery = queryOptions({
  queryKey: keysKey,
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/me/api-keys', { params: { query: { limit: keyLimit } }, signal })),
});

export type Scope = 'read' | 'write' | 'admin';
export type NewKey = { name: string; scopes: Scope[]; expires_at: string | null };

export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewKey) => unwrap(api.POST('/api/v1/me/api-keys', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}

export function useRevokeKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/me/api-keys/{key_id}', { params: { path: { key_id: id } } })),
    // Not awaited: the row unmounts with the refetch, and its callbacks with it.
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keysKey });
    },
  });
}
