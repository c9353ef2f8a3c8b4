import type { QueryClient } from '@tanstack/react-query';
import { photoListQuery } from '@/entities/photo';
import { readAnchor } from '@/shared/grid';
import type { Search } from '@/shared/url/routes';

const freshMs = 15_000;

/** Refetch a repeated search; keep one that Back returns to. */
export function refreshOnEntry(client: QueryClient, params: Required<Search>): void {
  const { queryKey } = photoListQuery(params);
  const state = client.getQueryState(queryKey);
  if (!state?.data || readAnchor()) return;
  if (Date.now() - state.dataUpdatedAt > freshMs) void client.resetQueries({ queryKey });
}
