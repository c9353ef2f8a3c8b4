import type { InfiniteData } from '@tanstack/react-query';
import type { PhotoPage } from '@/shared/api';

export type ListParams = {
  user?: string;
  q?: string;
  sort?: 'new' | 'liked';
  album?: string;
  tag?: string[];
  until?: string;
  /** Lists only the caller's own photos. */
  status?: 'failed';
  /** `following`: photos of the people the user follows. */
  feed?: 'following';
};

export type PhotoListData = InfiniteData<PhotoPage, string | null>;

export const photoKeys = {
  lists: ['photos', 'list'] as const,
  list: (params: ListParams) => ['photos', 'list', params] as const,
  failed: ['photos', 'failed'] as const,
  ones: ['photos', 'one'] as const,
  one: (id: string) => ['photos', 'one', id] as const,
  /** All tags, including those only the owner sees. */
  tags: (id: string) => ['photos', 'tags', id] as const,
  /** The owner's decisions about the tags. */
  decisions: (id: string) => ['photos', 'decisions', id] as const,
  likes: ['photos', 'like'] as const,
  savingDecisions: (id: string) => ['photos', 'savingDecisions', id] as const,
};
