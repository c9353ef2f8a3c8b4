export const sections = ['profile', 'password', 'keys', 'privacy', 'display', 'account'] as const;

export type Section = (typeof sections)[number];

/** The section that an address names; the first without a name, null for one that is not there. */
export function sectionOf(name: string | undefined): Section | null {
  if (!name) return sections[0];
  return sections.find((section) => section === name) ?? null;
}
