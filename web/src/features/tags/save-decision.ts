import type { QueryClient } from '@tanstack/react-query';
import { findPhoto, patchPhoto, photoKeys } from '@/entities/photo';
import { api, type Photo, type Tag, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import {
  type Decision,
  placeOf,
  putBack,
  type TagLists,
  type TagPlace,
  withDecision,
} from './decision';
import { labelText } from './model';

export type Change = { id: string; label: string; decision: Decision; above?: boolean };

function send({ id, label, decision }: Change) {
  const params = { path: { photo_id: id, label } };
  const path = '/api/v1/photos/{photo_id}/tags/{label}';
  if (decision === null) return unwrap(api.DELETE(path, { params }));
  return unwrap(api.PUT(path, { params, body: { state: decision } }));
}

export function readLists(client: QueryClient, id: string): TagLists {
  // Before the photo's own query answers, use the copy from a list.
  const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
  const shown = photo?.tags ?? [];
  return { shown, all: client.getQueryData<Tag[]>(photoKeys.tags(id)) ?? shown };
}

function writeLists(client: QueryClient, id: string, lists: TagLists): void {
  patchPhoto(client, id, { tags: lists.shown });
  client.setQueryData<Tag[]>(photoKeys.tags(id), (before) => before && lists.all);
}

/**
 * The mutation that saves a decision: optimistic, rolled back for that label alone, queued while
 * offline and persisted for the next visit (`meta.replayAs`).
 */
export function decisionMutation(client: QueryClient, id: string) {
  const mutationKey = photoKeys.savingDecisions(id);
  return {
    mutationKey,
    meta: { replayAs: 'decision' } as const,
    // Serialised: an undo must arrive after its decision.
    scope: { id: mutationKey.join('/') },
    mutationFn: send,
    onMutate: async ({ label, decision, above }: Change) => {
      const before = placeOf(readLists(client, id), label);
      // Responses in flight predate this decision.
      await client.cancelQueries({ queryKey: photoKeys.one(id) });
      await client.cancelQueries({ queryKey: photoKeys.tags(id) });
      writeLists(client, id, withDecision(readLists(client, id), label, decision, above));
      return before;
    },
    onError: (error: Error, { label }: Change, before: TagPlace | undefined) => {
      if (before) writeLists(client, id, putBack(readLists(client, id), label, before));
      toast(`${t.tags.notSaved(labelText(label))} ${problemText(error)}`);
    },
    onSettled: () => {
      // Refetch once, after the last of several: the alt text depends on the tags.
      if (client.isMutating({ mutationKey }) > 1) return;
      void client.invalidateQueries({ queryKey: photoKeys.one(id) });
      void client.invalidateQueries({ queryKey: photoKeys.tags(id) });
      void client.invalidateQueries({ queryKey: photoKeys.decisions(id) });
    },
  };
}
