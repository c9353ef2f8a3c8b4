import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect } from 'react';
import {
  addOwnPhoto,
  applyPhotoEvent,
  fetchPhoto,
  putPhoto,
  refetchPending,
} from '@/entities/photo';
import { useSession } from '@/entities/session';
import { onSignedOut } from '@/features/auth';
import { offerNewPhoto } from '@/features/feed';
import {
  forgetUploads,
  onStored,
  openUploads,
  queue,
  uploadOptions,
  useHasWaiting,
} from '@/features/upload';
import { connectEvents, type PhotoEvent } from '@/shared/events';
import { t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import { forgetChanges, persistChanges } from './offline/queued-changes';

/** Poll interval of awaited uploads, for networks that block the event stream. */
const pollMs = 10_000;
const maxPolled = 10;

function pollPhoto(client: QueryClient, id: string): void {
  // The next event or poll fetches it again.
  fetchPhoto(id).then(
    (photo) => {
      putPhoto(client, photo);
      queue.update(photo);
    },
    () => undefined,
  );
}

function handleEvent(client: QueryClient, event: PhotoEvent): void {
  applyPhotoEvent(client, event).then(
    (photo) => {
      queue.update(photo);
      offerNewPhoto(client, photo);
      if (event.type === 'photo.failed' && !queue.has(photo.id)) {
        toast(t.photo.failedNow(photo.title));
      }
    },
    () => undefined,
  );
}

/** Keeps lists, pages and the upload tray in step with the server. */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  const { user } = useSession();
  const username = user?.username;

  // Before paint: the upload page must not flash another user's choice.
  useLayoutEffect(() => uploadOptions.startFor(user), [user]);
  useEffect(() => (username ? openUploads(username) : undefined), [username]);
  useEffect(() => (username ? persistChanges(client, username) : undefined), [client, username]);
  useEffect(
    () =>
      onSignedOut(() => {
        forgetUploads();
        forgetChanges(client);
      }),
    [client],
  );

  useEffect(() => {
    if (!username) return;
    return connectEvents(username, {
      onEvent: (event) => handleEvent(client, event),
      onOpen: () => {
        refetchPending(client);
        for (const id of queue.waiting().slice(0, maxPolled)) pollPhoto(client, id);
      },
    });
  }, [client, username]);

  useEffect(() => onStored((photo) => addOwnPhoto(client, photo)), [client]);

  const waits = useHasWaiting();
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => {
      for (const id of queue.waiting().slice(0, maxPolled)) pollPhoto(client, id);
    }, pollMs);
    return () => clearInterval(timer);
  }, [client, waits]);
}
