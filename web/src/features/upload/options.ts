import type { Visibility } from '@/shared/api';
import type { AlbumChoice } from './queue/item';
import type { UploadOptions } from './queue/queue';

export type Uploader = { username: string; default_visibility: Visibility };

/** Until it is known whose photos they are, nobody else sees them. */
const unknown: Visibility = 'private';

export type UploadOptionsStore = ReturnType<typeof createUploadOptions>;

/** What holds for the files that are added next, by every way in (drop, paste, picker). */
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
     * Starts from what this user has set for new photos. Called again for the same user it keeps
     * what was chosen since, unless the setting itself was changed: that was chosen later.
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
