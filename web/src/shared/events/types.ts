import type { Photo, Tag } from '@/shared/api';

/** What the server tells the signed-in user. `tags` and the rest are as in the REST answer. */
export type PhotoEvent = {
  type: 'photo.rendered' | 'photo.tagged' | 'photo.failed';
  photo_id: string;
  status?: Photo['status'];
  tags?: Tag[];
};

export const photoEventTypes = ['photo.rendered', 'photo.tagged', 'photo.failed'] as const;

/** Null for a body that is not what the contract says; a newer server must not break this page. */
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
