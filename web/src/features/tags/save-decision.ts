import type { QueryClient } from '@tanstack/react-query';
import { findPhoto, patchPhoto, photoKeys } from '@/entities/photo';
import { api, type Photo, type Tag, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import {
  placeOf,
  putBack,
  type TagLists,
  type TagPlace,
  type Verdict,
  withVerdict,
} from './decision';
import { labelText } from './model';

export type Change = { id: string; label: string; verdict: Verdict; above?: boolean };

function send({ id, label, verdict }: Change) {
  const params = { path: { photo_id: id, label } };
  const path = '/api/v1/photos/{photo_id}/tags/{label}';
  if (verdict === null) return unwrap(api.DELETE(path, { params }));
  return unwrap(api.PUT(path, { params, body: { state: verdict } }));
}

export function readLists(client: QueryClient, id: string): TagLists {
  // Until the photo's own answer is there, the page shows it as a list has it.
  const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
  const shown = photo?.tags ?? [];
  return { shown, all: client.getQueryData<Tag[]>(photoKeys.tags(id)) ?? shown };
}

function writeLists(client: QueryClient, id: string, lists: TagLists): void {
  patchPhoto(client, id, { tags: lists.shown });
  client.setQueryData<Tag[]>(photoKeys.tags(id), (before) => before && lists.all);
}

/**
 * A verdict stands on the page at once; when the server refuses it, that label alone goes back. Made
 * without a connection it waits, also for the page's next visit (`meta.kept`).
 */
export function verdictChange(client: QueryClient, id: string) {
  const mutationKey = photoKeys.verdicts(id);
  return {
    mutationKey,
    meta: { kept: 'verdict' } as const,
    // One after the other: of a verdict and its undo, the undo must arrive last.
    scope: { id: mutationKey.join('/') },
    mutationFn: send,
    onMutate: async ({ label, verdict, above }: Change) => {
      const before = placeOf(readLists(client, id), label);
      // Answers that are on their way know nothing of this verdict.
      await client.cancelQueries({ queryKey: photoKeys.one(id) });
      await client.cancelQueries({ queryKey: photoKeys.tags(id) });
      writeLists(client, id, withVerdict(readLists(client, id), label, verdict, above));
      return before;
    },
    onError: (error: Error, { label }: Change, before: TagPlace | undefined) => {
      if (before) writeLists(client, id, putBack(readLists(client, id), label, before));
      toast(`${t.tags.notSaved(labelText(label))} ${problemText(error)}`);
    },
    onSettled: () => {
      // The last of several in a row asks for the whole: the alt text follows the tags.
      if (client.isMutating({ mutationKey }) > 1) return;
      void client.invalidateQueries({ queryKey: photoKeys.one(id) });
      void client.invalidateQueries({ queryKey: photoKeys.tags(id) });
      void client.invalidateQueries({ queryKey: photoKeys.decisions(id) });
    },
  };
}
