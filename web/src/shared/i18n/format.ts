/** Locale-aware numbers, sizes, dates and lists. */
export const locale = 'en';

/** Created on first use: the first `Intl` object takes a third of the app's start time. */
export function onUse<Format>(make: () => Format): () => Format {
  let made: Format | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const percentFormat = onUse(
  () => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }),
);
const numberFormat = onUse(() => new Intl.NumberFormat(locale));
const dateFormat = onUse(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }));
const timeFormat = onUse(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
const listFormat = onUse(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
const pluralRules = onUse(() => new Intl.PluralRules(locale));

export const percent = (share: number) => percentFormat().format(share);
export const number = (value: number) => numberFormat().format(value);
export const date = (iso: string) => dateFormat().format(new Date(iso));
export const time = (epochMs: number) => timeFormat().format(new Date(epochMs));
export const list = (items: string[]) => listFormat().format(items);

export function plural(count: number, forms: { one: string; other: string }): string {
  const form = pluralRules().select(count) === 'one' ? forms.one : forms.other;
  return `${number(count)} ${form}`;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Decimal units, as file managers show them: 2,366,947 bytes is 2.4 MB. */
export function fileSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

/** Format a wait: seconds up to two minutes, then minutes, then hours. */
export function waited(seconds: number): string {
  if (seconds < 120) return `${number(Math.round(seconds))} s`;
  if (seconds < 7200) return `${number(Math.round(seconds / 60))} min`;
  return `${number(Math.round(seconds / 3600))} h`;
}
