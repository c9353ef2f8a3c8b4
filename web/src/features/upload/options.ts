import type { Visibility } from '@/shared/api';
import type { AlbumChoice } from './queue/item';
import type { UploadOptions } from './queue/queue';

export type Uploader = { username: string; default_visibility: Visibility };

/** Private until the user's default is known. */
const unknown: Visibility = 'private';

export type UploadOptionsStore = ReturnType<typeof createUploadOptions>;

/** Options for new uploads, however they are added (drop, paste, picker). */
export function createUploadOptions() {
  let options: UploadOptions = { visibility: unknown, album: null };
  let uploader: Uploader | null = null;
  const listeners = new Set<() => void>();

  function set(next: Partial<UploadOptions>) {
    options = { ...options, ...next };
    for (const listener of listeners) listener();
  }

  return {
    get: () => options,

    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },

    /**
     * Start from the user's default. For the same user this keeps the current choice, unless the
     * default itself changed afterwards.
     */
    startFor(user: Uploader | null) {
      const before = uploader;
      uploader = user;
      const visibility = user?.default_visibility ?? unknown;
      if (before?.username !== user?.username) set({ visibility, album: null });
      else if (before?.default_visibility !== user?.default_visibility) set({ visibility });
    },

    choose: (visibility: Visibility) => set({ visibility }),
    chooseAlbum: (album: AlbumChoice | null) => set({ album }),
  };
}
