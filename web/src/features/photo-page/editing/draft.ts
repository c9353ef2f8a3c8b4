import { useMutation, useQueryClient } from '@tanstack/react-query';
import { photoKeys, putPhoto } from '@/entities/photo';
import { ApiProblem, api, type Photo, unwrap } from '@/shared/api';

/** The fields that an owner edits. */
export type Draft = Pick<Photo, 'title' | 'description' | 'alt_text' | 'visibility'>;

const fields = ['title', 'description', 'alt_text', 'visibility'] as const;

export const draftOf = ({ title, description, alt_text, visibility }: Photo): Draft => ({
  title,
  description,
  alt_text,
  visibility,
});

/** The fields of a draft that differ from its base. */
export function changesIn(draft: Draft, base: Draft): Partial<Draft> {
  return Object.fromEntries(
    fields.filter((field) => draft[field] !== base[field]).map((field) => [field, draft[field]]),
  );
}

/** Whether another change since `base` touches the same field. */
export const conflicts = (draft: Draft, base: Draft, now: Draft): boolean =>
  fields.some(
    (field) =>
      draft[field] !== base[field] && now[field] !== base[field] && now[field] !== draft[field],
  );

/** Rebase a draft: take the current texts where the draft has no change. */
export function rebased(draft: Draft, base: Draft, now: Draft): Draft {
  const changes = changesIn(draft, base);
  const untouched = fields.filter((field) => now[field] === base[field] && field in changes);
  return { ...now, ...Object.fromEntries(untouched.map((field) => [field, draft[field]])) };
}

/** The same field was changed elsewhere; `now` has the current texts. */
export class StaleDraft extends Error {
  override readonly name = 'StaleDraft';
  constructor(readonly now: Draft) {
    super('the photo was changed elsewhere');
  }
}

const path = '/api/v1/photos/{photo_id}';
const tries = 4;

async function readCurrent(id: string) {
  const answer = await api.GET(path, { params: { path: { photo_id: id } } });
  const photo = await unwrap(Promise.resolve(answer));
  return { photo, etag: answer.response.headers.get('etag') ?? '*' };
}

/**
 * The ETag also covers likes and tags. On a 412 compare the texts, and send again unless the same
 * field changed.
 */
async function save(id: string, draft: Draft, base: Draft): Promise<Photo> {
  for (let left = tries; ; left--) {
    const { photo, etag } = await readCurrent(id);
    if (conflicts(draft, base, draftOf(photo))) throw new StaleDraft(draftOf(photo));
    try {
      return await unwrap(
        api.PATCH(path, {
          params: { path: { photo_id: id }, header: { 'If-Match': etag } },
          body: changesIn(draft, base),
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 412) || left === 1) throw error;
    }
  }
}

export function useSaveDraft(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, base }: { draft: Draft; base: Draft }) => save(id, draft, base),
    onSuccess: async (photo) => {
      await client.cancelQueries({ queryKey: photoKeys.one(id) });
      putPhoto(client, photo);
    },
  });
}
