import type { Tag } from '@/shared/api';
import type { TagLists } from './decision';

export type TagGroups = { confirmed: Tag[]; suggested: Tag[]; modelVersion: string | null };

const byScore = (a: Tag, b: Tag) => (b.score ?? 0) - (a.score ?? 0);

/** Split tags into confirmed (server order) and suggested (highest score first). */
export function groupTags(tags: Tag[]): TagGroups {
  const suggested = tags.filter((tag) => tag.state === 'suggested').sort(byScore);
  return {
    confirmed: tags.filter((tag) => tag.state === 'accepted'),
    suggested,
    modelVersion: suggested.find((tag) => tag.model_version)?.model_version ?? null,
  };
}

export type OwnerGroups = TagGroups & { lessLikely: Tag[]; rejected: Tag[] };

/** Groups for the owner, with unlikely suggestions and rejected tags. */
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

/** Publication time encoded in a version such as `20261123T154356Z-78f8a939`; else null. */
export function publishedAt(version: string | null): string | null {
  const parts = version?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** The data set writes spaces as underscores: `plant_life` reads "plant life". */
export const labelText = (label: string) => label.replaceAll('_', ' ');

/** Confirmed tags, then suggestions. */
export function inOrder(tags: Tag[]): Tag[] {
  const { confirmed, suggested } = groupTags(tags);
  return [...confirmed, ...suggested];
}

export const labelTexts = (tags: Tag[]) => inOrder(tags).map((tag) => labelText(tag.label));
