import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { photoKeys } from '@/entities/photo';
import { api, type Photo, unwrap } from '@/shared/api';
import { t } from '@/shared/i18n';
import { toast, useQueuedChanges } from '@/shared/ui';
import { type Decision, decisionIn, placeOf, type TagPlace } from './decision';
import { decisionsQuery } from './history';
import { labelText } from './model';
import { type Change, decisionMutation, readLists } from './save-decision';
import type { TagEditing } from './ui/tag-panel';

const allTagsQuery = (id: string, enabled: boolean) =>
  queryOptions({
    queryKey: photoKeys.tags(id),
    queryFn: async ({ signal, client }) => {
      const params = { path: { photo_id: id }, query: { include: 'all' as const } };
      const photo = await unwrap(api.GET('/api/v1/photos/{photo_id}', { params, signal }));
      client.setQueryData(photoKeys.decisions(id), photo.decisions ?? []);
      return photo.tags;
    },
    enabled,
    staleTime: 30_000,
  });

function sentence(label: string, decision: Decision, before: TagPlace): string {
  const name = labelText(label);
  if (decision) return t.tags.said[decision](name);
  return before.all?.source === 'user' ? t.tags.said.removed(name) : t.tags.said.takenBack(name);
}

/** Tag editing for the photo's owner; every change can be undone from its toast. */
export function useTagEditing(photo: Photo | undefined, isOwner: boolean): TagEditing | undefined {
  const id = photo?.id ?? '';
  const client = useQueryClient();
  const { data } = useQuery(allTagsQuery(id, isOwner));
  const { data: decisions } = useQuery(decisionsQuery(id, false));
  const { mutate } = useMutation(decisionMutation(client, id));
  const waiting = useQueuedChanges<Change>(photoKeys.savingDecisions(id)).map(({ label }) => label);
  if (!photo || !isOwner) return undefined;

  const undo = (label: string, before: TagPlace) =>
    mutate({ id, label, decision: decisionIn(before), above: before.shown !== undefined });
  const onDecide = (label: string, decision: Decision) => {
    const before = placeOf(readLists(client, id), label);
    mutate({ id, label, decision });
    toast(sentence(label, decision, before), () => undo(label, before));
  };
  const onAdd = (labels: string[]) => {
    const lists = readLists(client, id);
    const places = labels.map((label) => ({ label, before: placeOf(lists, label) }));
    const added = places.filter(({ before }) => decisionIn(before) !== 'accepted');
    if (added.length === 0) return toast(t.tags.already(labels.map(labelText)));
    for (const { label } of added) mutate({ id, label, decision: 'accepted' });
    toast(t.tags.said.added(added.map(({ label }) => labelText(label))), () => {
      for (const { label, before } of added) undo(label, before);
    });
  };
  return { all: data ?? photo.tags, decisions: decisions ?? null, waiting, onDecide, onAdd };
}
