import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import {
  labelText,
  placeOf,
  putBack,
  type TagEditing,
  type TagLists,
  type TagPlace,
  type Verdict,
  verdictIn,
  withVerdict,
} from '@/features/tags';
import { api, type Photo, type Tag, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';
import { findPhoto, patchPhoto } from './cache';
import { photoKeys } from './keys';

type Change = { label: string; verdict: Verdict; above?: boolean };

const allTagsQuery = (id: string, enabled: boolean) =>
  queryOptions({
    queryKey: photoKeys.tags(id),
    queryFn: async ({ signal }) => {
      const params = { path: { photo_id: id }, query: { include: 'all' as const } };
      return (await unwrap(api.GET('/api/v1/photos/{photo_id}', { params, signal }))).tags;
    },
    enabled,
    staleTime: 30_000,
  });

function send(id: string, { label, verdict }: Change) {
  const params = { path: { photo_id: id, label } };
  const path = '/api/v1/photos/{photo_id}/tags/{label}';
  if (verdict === null) return unwrap(api.DELETE(path, { params }));
  return unwrap(api.PUT(path, { params, body: { state: verdict } }));
}

function readLists(client: QueryClient, id: string): TagLists {
  // Until the photo's own answer is there, the page shows it as a list has it.
  const photo = client.getQueryData<Photo>(photoKeys.one(id)) ?? findPhoto(client, id);
  const shown = photo?.tags ?? [];
  return { shown, all: client.getQueryData<Tag[]>(photoKeys.tags(id)) ?? shown };
}

function writeLists(client: QueryClient, id: string, lists: TagLists): void {
  patchPhoto(client, id, { tags: lists.shown });
  client.setQueryData<Tag[]>(photoKeys.tags(id), (before) => before && lists.all);
}

/** A verdict stands on the page at once; when the server refuses it, that label alone goes back. */
function useVerdict(id: string) {
  const client = useQueryClient();
  const mutationKey = photoKeys.verdicts(id);
  return useMutation({
    mutationKey,
    // One after the other: of a verdict and its undo, the undo must arrive last.
    scope: { id: mutationKey.join('/') },
    mutationFn: (change: Change) => send(id, change),
    onMutate: async ({ label, verdict, above }) => {
      const before = placeOf(readLists(client, id), label);
      // Answers that are on their way know nothing of this verdict.
      await client.cancelQueries({ queryKey: photoKeys.one(id) });
      await client.cancelQueries({ queryKey: photoKeys.tags(id) });
      writeLists(client, id, withVerdict(readLists(client, id), label, verdict, above));
      return before;
    },
    onError: (error, { label }, before) => {
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
  });
}

function sentence(label: string, verdict: Verdict, before: TagPlace): string {
  const name = labelText(label);
  if (verdict) return t.tags.said[verdict](name);
  return before.all?.source === 'user' ? t.tags.said.removed(name) : t.tags.said.takenBack(name);
}

/** What the owner of a photo may do to its tags; each is said in a toast that takes it back. */
export function useTagging(photo: Photo | undefined, isOwner: boolean): TagEditing | undefined {
  const id = photo?.id ?? '';
  const client = useQueryClient();
  const { data } = useQuery(allTagsQuery(id, isOwner));
  const { mutate } = useVerdict(id);
  if (!photo || !isOwner) return undefined;

  const undo = (label: string, before: TagPlace) =>
    mutate({ label, verdict: verdictIn(before), above: before.shown !== undefined });
  const onVerdict = (label: string, verdict: Verdict) => {
    const before = placeOf(readLists(client, id), label);
    mutate({ label, verdict });
    toast(sentence(label, verdict, before), () => undo(label, before));
  };
  const onAdd = (labels: string[]) => {
    const lists = readLists(client, id);
    const places = labels.map((label) => ({ label, before: placeOf(lists, label) }));
    const added = places.filter(({ before }) => verdictIn(before) !== 'accepted');
    if (added.length === 0) return toast(t.tags.already(labels.map(labelText)));
    for (const { label } of added) mutate({ label, verdict: 'accepted' });
    toast(t.tags.said.added(added.map(({ label }) => labelText(label))), () => {
      for (const { label, before } of added) undo(label, before);
    });
  };
  return { all: data ?? photo.tags, onVerdict, onAdd };
}
