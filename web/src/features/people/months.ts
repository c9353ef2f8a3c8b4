/** A month of the timeline: its start and the start of the next one, in UTC. */
export type Month = { year: number; start: string; end: string };

const iso = (year: number, month: number) => new Date(Date.UTC(year, month)).toISOString();

/** Months from joining until now, latest first; no photo can be older. */
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

/** Parse the month in an address; null if invalid. */
export const monthEnding = (months: Month[], end: string | null): Month | null =>
  months.find((month) => month.end === end) ?? null;

/** Find the month that contains a moment; null if none does. */
export const monthOf = (months: Month[], moment: string): Month | null => {
  const at = Date.parse(moment);
  return months.find(({ start, end }) => Date.parse(start) <= at && at < Date.parse(end)) ?? null;
};
