import type { Photo, Tag } from '@/shared/api';

/** Live events of the signed-in user. `tags` and other fields are as in the REST API. */
export type PhotoEvent = {
  type: 'photo.rendered' | 'photo.tagged' | 'photo.failed';
  photo_id: string;
  status?: Photo['status'];
  tags?: Tag[];
};

export const photoEventTypes = ['photo.rendered', 'photo.tagged', 'photo.failed'] as const;

/** Parse an event; null if it is malformed, because a newer server must not break this page. */
export function parsePhotoEvent(type: PhotoEvent['type'], body: string): PhotoEvent | null {
  try {
    const data: unknown = JSON.parse(body);
    if (typeof data !== 'object' || data === null || !('photo_id' in data)) return null;
    if (typeof data.photo_id !== 'string') return null;
    return { ...(data as Omit<PhotoEvent, 'type'>), type };
  } catch {
    return null;
  }
}
