import type { Photo, Tag, User } from '@/shared/api';

/** A photo as the API returns it; pending by default. */
export function makePhoto(fields: Partial<Photo> = {}): Photo {
  return {
    id: 'p1',
    owner: { username: 'anna', display_name: 'Anna', avatar_url: null },
    title: '',
    description: '',
    alt_text: '',
    alt_text_automatic: false,
    visibility: 'public',
    status: 'pending',
    width: 300,
    height: 200,
    bytes: 1000,
    sha256: 'a'.repeat(64),
    media_type: 'image/jpeg',
    taken_at: null,
    created_at: '2026-05-03T10:00:00Z',
    thumbhash: null,
    urls: { thumb: null, medium: null, preview: null, original: null },
    tags: [],
    liked: false,
    like_count: 0,
    comment_count: 0,
    ...fields,
  };
}

/** Anna, who owns the photos of `makePhoto`. */
export const makeUser = (): User => ({
  username: 'anna',
  email: 'anna@example.org',
  display_name: 'Anna',
  bio: '',
  role: 'user',
  allow_downloads: false,
  bytes_used: 0,
  default_visibility: 'public',
  counts: { photos: 0, followers: 0, following: 0, likes: 0 },
});

export const suggested = (label: string, score: number): Tag => ({
  label,
  score,
  source: 'model',
  state: 'suggested',
  model_version: 'v1',
});

export const confirmed = (label: string): Tag => ({
  label,
  score: null,
  source: 'user',
  state: 'accepted',
  model_version: null,
});
