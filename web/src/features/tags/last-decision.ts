import type { Photo, Tag } from '@/shared/api';

/** What a person said of a tag last, and when; `own` is one's own word. */
export type Word = { own: boolean; at: string | null };

type Decisions = NonNullable<Photo['decisions']>;

/** The owner's word on a label, from the decisions that the server keeps, the latest first. */
export function wordOn(tag: Tag, decisions: Decisions | undefined, own: boolean): Word | null {
  if (tag.state === 'suggested') return null;
  const said = decisions?.find(({ label, state }) => label === tag.label && state === tag.state);
  return { own, at: said?.decided_at ?? null };
}
