import type { Tag } from '@/shared/api';

/** An owner's decision on a label; null clears it. */
export type Decision = 'accepted' | 'rejected' | null;

/**
 * `shown`: tags that viewers see, and for the owner sensitive suggestions. `all`: for the owner
 * alone, also rejected tags and those below their threshold. See docs/decisions/0012.
 */
export type TagLists = { shown: Tag[]; all: Tag[] };

/** A tag in both lists, to restore it on rollback. */
export type TagPlace = { shown: Tag | undefined; all: Tag | undefined };

const find = (tags: Tag[], label: string) => tags.find((tag) => tag.label === label);

export const placeOf = (lists: TagLists, label: string): TagPlace => ({
  shown: find(lists.shown, label),
  all: find(lists.all, label),
});

function setTag(tags: Tag[], label: string, tag: Tag | undefined): Tag[] {
  if (!tag) return tags.filter((each) => each.label !== label);
  if (!find(tags, label)) return [...tags, tag];
  return tags.map((each) => (each.label === label ? tag : each));
}

export const putBack = (lists: TagLists, label: string, place: TagPlace): TagLists => ({
  shown: setTag(lists.shown, label, place.shown),
  all: setTag(lists.all, label, place.all),
});

/** The decision in a saved place; null if only the model set the tag. */
export function decisionIn({ shown, all }: TagPlace): Decision {
  const state = (all ?? shown)?.state;
  return state === 'accepted' || state === 'rejected' ? state : null;
}

function decided(tag: Tag | undefined, label: string, decision: Decision): Tag | undefined {
  if (decision === null) {
    return tag?.source === 'model' ? { ...tag, state: 'suggested' } : undefined;
  }
  if (tag) return { ...tag, state: decision };
  return { label, score: null, source: 'user', state: decision, model_version: null };
}

/**
 * Apply a decision as the server will.
 *
 * @param above whether the score reaches the threshold once the tag is the model's again; where
 *   unknown, the server's answer corrects it
 */
export function withDecision(
  lists: TagLists,
  label: string,
  decision: Decision,
  above = true,
): TagLists {
  const tag = decided(find(lists.all, label) ?? find(lists.shown, label), label, decision);
  const visible = decision === 'accepted' || (decision === null && above);
  return {
    shown: setTag(lists.shown, label, visible ? tag : undefined),
    all: setTag(lists.all, label, tag),
  };
}

/**
 * The decision that removes a confirmed tag: a person's tag is deleted, the model's rejected so
 * that it stays away.
 */
export const removal = (tag: Tag): Decision => (tag.source === 'user' ? null : 'rejected');

const wellFormed = /^[\p{L}\p{Nd} _-][\p{L}\p{M}\p{Nd} _-]{0,63}$/u;

export type ParsedLabels = { labels: string[]; bad: string | null };

/** Parse comma-separated labels into the server's spelling; `bad` is the first invalid one. */
export function parseLabels(text: string): ParsedLabels {
  const labels = text
    .split(',')
    .map((part) => part.normalize('NFKC').trim().toLowerCase())
    .filter(Boolean);
  return {
    labels: [...new Set(labels)],
    bad: labels.find((label) => !wellFormed.test(label)) ?? null,
  };
}
