import type { Photo, Tag } from '@/shared/api';

/** The last decision on a tag; `own` if the viewer made it. */
export type LastDecision = { own: boolean; at: string | null };

type Decisions = NonNullable<Photo['decisions']>;

/** Find the owner's last decision on a tag. */
export function lastDecisionOn(
  tag: Tag,
  decisions: Decisions | undefined,
  own: boolean,
): LastDecision | null {
  if (tag.state === 'suggested') return null;
  const record = decisions?.find(({ label, state }) => label === tag.label && state === tag.state);
  return { own, at: record?.decided_at ?? null };
}
