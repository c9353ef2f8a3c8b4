import type { Tag } from '@/shared/api';
import type { TagLists } from './decision';

export type TagGroups = { confirmed: Tag[]; suggested: Tag[]; modelVersion: string | null };

const byScore = (a: Tag, b: Tag) => (b.score ?? 0) - (a.score ?? 0);

/**
 * A person's word stands apart from a machine's guess. Suggestions come most likely first; the
 * confirmed keep the order in which the server gave them.
 */
export function groupTags(tags: Tag[]): TagGroups {
  const suggested = tags.filter((tag) => tag.state === 'suggested').sort(byScore);
  return {
    confirmed: tags.filter((tag) => tag.state === 'accepted'),
    suggested,
    modelVersion: suggested.find((tag) => tag.model_version)?.model_version ?? null,
  };
}

export type OwnerGroups = TagGroups & { lessLikely: Tag[]; rejected: Tag[] };

/** The groups that a photo's owner sees: also what the model holds less likely, and what they rejected. */
export function groupForOwner({ shown, all }: TagLists): OwnerGroups {
  const labels = new Set(shown.map((tag) => tag.label));
  return {
    ...groupTags(shown),
    lessLikely: all
      .filter((tag) => tag.state === 'suggested' && !labels.has(tag.label))
      .sort(byScore),
    rejected: all.filter((tag) => tag.state === 'rejected'),
  };
}

/** When a model was published, from a version such as `20261123T154356Z-78f8a939`; else null. */
export function publishedAt(version: string | null): string | null {
  const parts = version?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** Underscores are the data set's way to write a space: `plant_life` reads "plant life". */
export const labelText = (label: string) => label.replaceAll('_', ' ');

/** All tags in one row, the confirmed first. */
export function inOrder(tags: Tag[]): Tag[] {
  const { confirmed, suggested } = groupTags(tags);
  return [...confirmed, ...suggested];
}

export const labelTexts = (tags: Tag[]) => inOrder(tags).map((tag) => labelText(tag.label));
