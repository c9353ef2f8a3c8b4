import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { patchPhoto, photoKeys, removePhoto } from '@/entities/photo';
import { api, type Photo, type Tag, unwrap } from '@/shared/api';
import { codeText, problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

/** The server's limit of ids per request. */
const bulkLimit = 500;

export type Change =
  | { action: 'add_tag'; value: string }
  | { action: 'remove_tag'; value: string }
  | { action: 'set_visibility'; value: Photo['visibility'] }
  | { action: 'accept_tags'; value: null }
  | { action: 'delete'; value: null };

type Outcome = { id: string; status: 'ok' | 'error'; code?: string | null };
type Work = { photos: Photo[]; change: Change };

/** `count`: photos with the tag; `confirmed`: those on which a person confirmed it. */
export type TagShare = { label: string; count: number; confirmed: number };

/** Tags of several photos, most common first. */
export function tagShares(photos: readonly Photo[]): TagShare[] {
  const shares = new Map<string, TagShare>();
  for (const { label, state } of photos.flatMap(({ tags }) => tags)) {
    const { count, confirmed } = shares.get(label) ?? { count: 0, confirmed: 0 };
    shares.set(label, {
      label,
      count: count + 1,
      confirmed: confirmed + (state === 'accepted' ? 1 : 0),
    });
  }
  return [...shares.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

const ownTag = (label: string): Tag => ({
  label,
  score: null,
  source: 'user',
  state: 'accepted',
  model_version: null,
});

/** The fields that a bulk change alters; null if the photo leaves the lists. */
export function changed(photo: Photo, change: Change): Partial<Photo> | null {
  const others = (label: string) => photo.tags.filter((tag) => tag.label !== label);
  switch (change.action) {
    case 'delete':
      return null;
    case 'set_visibility':
      return { visibility: change.value };
    case 'accept_tags':
      // Only the server knows which suggestions are sensitive.
      return {};
    case 'remove_tag':
      return { tags: others(change.value) };
    case 'add_tag':
      return { tags: [ownTag(change.value), ...others(change.value)] };
  }
}

async function send({ photos, change }: Work): Promise<Outcome[]> {
  const { action, value } = change;
  const outcomes: Outcome[] = [];
  for (let start = 0; start < photos.length; start += bulkLimit) {
    const ids = photos.slice(start, start + bulkLimit).map(({ id }) => id);
    const body = { ids, action, value };
    outcomes.push(...(await unwrap(api.POST('/api/v1/photos/bulk', { body }))).items);
  }
  return outcomes;
}

function show(client: QueryClient, { photos, change }: Work, done: ReadonlySet<string>): void {
  for (const photo of photos) {
    if (!done.has(photo.id)) continue;
    const fields = changed(photo, change);
    if (fields) patchPhoto(client, photo.id, fields);
    else removePhoto(client, photo.id);
  }
  if (change.action === 'accept_tags') {
    void client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'active' });
  }
  void client.invalidateQueries({ queryKey: photoKeys.ones });
  void client.invalidateQueries({ queryKey: ['photos', 'tags'] });
  void client.invalidateQueries({ queryKey: ['albums'] });
}

function outcome({ photos, change }: Work, count: number): string {
  const { done } = t.selection;
  switch (change.action) {
    case 'add_tag':
      return done.added(change.value, count);
    case 'remove_tag':
      return done.removed(change.value, count);
    case 'accept_tags':
      return done.accepted(count);
    case 'set_visibility':
      return done.shown(count);
    case 'delete':
      return done.trashed(Math.min(count, photos.length));
  }
}

/** Apply a change to many photos; reports the successes and the reason for failures. */
export function useBulk() {
  const client = useQueryClient();
  const restore = useRestoreAll();
  return useMutation({
    mutationFn: send,
    onSuccess: (outcomes, work) => {
      const done = new Set(outcomes.filter(({ status }) => status === 'ok').map(({ id }) => id));
      show(client, work, done);
      const failed = outcomes.find(({ status }) => status === 'error');
      const sentences = done.size > 0 ? [outcome(work, done.size)] : [];
      if (failed) {
        const why = codeText(failed.code ?? '', '');
        sentences.push(t.selection.failed(outcomes.length - done.size, why));
      }
      const undoable = work.change.action === 'delete' && done.size > 0;
      toast(sentences.join(' '), undoable ? () => restore.mutate([...done]) : undefined);
    },
    onError: (error, { photos }) => toast(t.selection.failed(photos.length, problemText(error))),
  });
}

function useRestoreAll() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => {
      for (const photo_id of ids) {
        await unwrap(
          api.POST('/api/v1/photos/{photo_id}/restore', { params: { path: { photo_id } } }),
        );
      }
    },
    onSuccess: (_nothing, ids) => toast(t.selection.done.restored(ids.length)),
    onError: (error) => toast(`${t.photoPage.notRestored} ${problemText(error)}`),
    // Only the server knows their position in each list.
    onSettled: () => client.invalidateQueries({ queryKey: photoKeys.lists, refetchType: 'active' }),
  });
}
