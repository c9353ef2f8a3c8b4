import type { Tag } from '@/shared/api';

/** What an owner says of a label; null leaves it to the model again. */
export type Verdict = 'accepted' | 'rejected' | null;

/**
 * `shown` is what everyone who may see the photo sees (and its owner the sensitive suggestions);
 * `all`, the owner's alone, has the rejected and what the model scored below its threshold too.
 */
export type TagLists = { shown: Tag[]; all: Tag[] };

/** A label's place in both lists, to put it back. */
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

/** The word that someone had said in a place; null where only the model has spoken. */
export function verdictIn({ shown, all }: TagPlace): Verdict {
  const state = (all ?? shown)?.state;
  return state === 'accepted' || state === 'rejected' ? state : null;
}

function judged(tag: Tag | undefined, label: string, verdict: Verdict): Tag | undefined {
  if (verdict === null) {
    return tag?.source === 'model' ? { ...tag, state: 'suggested' } : undefined;
  }
  if (tag) return { ...tag, state: verdict };
  return { label, score: null, source: 'user', state: verdict, model_version: null };
}

/**
 * The lists as the server will have them.
 *
 * @param above whether the model is sure enough of the label to show it, once it is the model's
 *   again; where the app cannot know, the server's next answer sets it right
 */
export function withVerdict(
  lists: TagLists,
  label: string,
  verdict: Verdict,
  above = true,
): TagLists {
  const tag = judged(find(lists.all, label) ?? find(lists.shown, label), label, verdict);
  const visible = verdict === 'accepted' || (verdict === null && above);
  return {
    shown: setTag(lists.shown, label, visible ? tag : undefined),
    all: setTag(lists.all, label, tag),
  };
}

/** Taking a confirmed tag off: one's own goes, the model's is rejected so that it stays away. */
export const removal = (tag: Tag): Verdict => (tag.source === 'user' ? null : 'rejected');

const wellFormed = /^[\p{L}\p{Nd} _-][\p{L}\p{M}\p{Nd} _-]{0,63}$/u;

export type ParsedLabels = { labels: string[]; bad: string | null };

/** Reads what was typed, several by commas, in the server's spelling; `bad` is the first that cannot be. */
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
