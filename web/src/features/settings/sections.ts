export const sections = ['profile', 'password', 'keys', 'privacy', 'display', 'account'] as const;

export type Section = (typeof sections)[number];

/** The section in an address: the first by default, null if unknown. */
export function sectionOf(name: string | undefined): Section | null {
  if (!name) return sections[0];
  return sections.find((section) => section === name) ?? null;
}
