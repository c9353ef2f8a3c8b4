/** A month of a timeline, by its first instant in UTC and the first of the month after it. */
export type Month = { year: number; start: string; end: string };

const iso = (year: number, month: number) => new Date(Date.UTC(year, month)).toISOString();

/** The months from when someone joined until now, the latest first: no photo of theirs is older. */
export function monthsSince(joined: string, now: Date): Month[] {
  const from = new Date(joined);
  const months: Month[] = [];
  let year = now.getUTCFullYear();
  let month = now.getUTCMonth();
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  while (year * 12 + month >= first) {
    months.push({ year, start: iso(year, month), end: iso(year, month + 1) });
    month -= 1;
    if (month < 0) {
      month = 11;
      year -= 1;
    }
  }
  return months;
}

export type Year = { year: number; months: Month[] };

export function byYear(months: Month[]): Year[] {
  const years: Year[] = [];
  for (const month of months) {
    const last = years.at(-1);
    if (last?.year === month.year) last.months.push(month);
    else years.push({ year: month.year, months: [month] });
  }
  return years;
}

/** The month whose end an address names; null for anything else. */
export const monthEnding = (months: Month[], end: string | null): Month | null =>
  months.find((month) => month.end === end) ?? null;

/** The month that a moment falls into; null outside of all. */
export const monthOf = (months: Month[], moment: string): Month | null => {
  const at = Date.parse(moment);
  return months.find(({ start, end }) => Date.parse(start) <= at && at < Date.parse(end)) ?? null;
};
