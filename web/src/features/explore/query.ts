/**
 * Client-side parsing of the search syntax: which tags a query requires, and where its terms are.
 */

export type FacetState = 'off' | 'include' | 'exclude';

/** One AND term of the query; offsets in UTF-16 units. */
export type Conjunct = {
  text: string;
  start: number;
  end: number;
  negated: boolean;
  /** Whether it is a whole query joined by OR. */
  alternatives: boolean;
};

type Token = { text: string; start: number; end: number };

const tokenPattern = /-(?=\S)|[()]|[A-Za-z]+:"[^"]*"?|"[^"]*"?|[^\s()"]+/gy;

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    tokenPattern.lastIndex = at;
    const text = tokenPattern.exec(query)?.[0];
    if (text) tokens.push({ text, start: at, end: at + text.length });
    at += text?.length ?? 1;
  }
  return tokens;
}

const negates = (token: Token) => token.text === '-' || token.text === 'NOT';

/** Index after the term at `from`: a word or a parenthesised group. */
function endOfTerm(tokens: Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index++) {
    if (tokens[index]?.text === '(') depth++;
    if (tokens[index]?.text === ')') depth--;
    if (depth <= 0) return index + 1;
  }
  return tokens.length;
}

/** The top-level AND terms. A query joined by OR is one conjunct. */
export function conjuncts(query: string): Conjunct[] {
  const tokens = tokensOf(query);
  const found: Conjunct[] = [];
  for (let index = 0; index < tokens.length; ) {
    const first = tokens[index];
    if (!first) break;
    if (first.text === 'OR') {
      const trimmed = query.trim();
      const start = query.indexOf(trimmed);
      const end = start + trimmed.length;
      return [{ text: trimmed, start, end, negated: false, alternatives: true }];
    }
    if (first.text === 'AND') {
      index++;
      continue;
    }
    let body = index;
    let negated = false;
    for (let token = tokens[body]; token && negates(token); token = tokens[++body]) {
      negated = !negated;
    }
    const after = endOfTerm(tokens, body);
    const end = tokens[after - 1]?.end ?? first.end;
    const start = tokens[body]?.start ?? first.start;
    const text = query.slice(start, end);
    found.push({ text, start: first.start, end, negated, alternatives: false });
    index = Math.max(after, index + 1);
  }
  return found;
}

/** The normalised label of a `tag:` term; null for other terms. */
function labelOf({ text, alternatives }: Conjunct): string | null {
  const value = alternatives ? null : /^tag:(.*)$/is.exec(text)?.[1];
  const label = value?.replaceAll('"', '').trim().normalize('NFKC').toLowerCase();
  return label || null;
}

/** Tags that the query requires or excludes, in order. */
export function facetsOf(query: string): Map<string, 'include' | 'exclude'> {
  const facets = new Map<string, 'include' | 'exclude'>();
  for (const conjunct of conjuncts(query)) {
    const label = labelOf(conjunct);
    if (label) facets.set(label, conjunct.negated ? 'exclude' : 'include');
  }
  return facets;
}

export const tagTerm = (label: string) => (/\s/.test(label) ? `tag:"${label}"` : `tag:${label}`);

const tidy = (query: string) => query.replace(/[^\S"]{2,}(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ' ').trim();

/** Remove a conjunct from the query. */
export function without(query: string, { start, end }: Conjunct): string {
  const rest = tidy(`${query.slice(0, start)} ${query.slice(end)}`);
  return rest.replace(/^AND\s+|\s+AND$/g, '').replace(/\bAND\s+AND\b/g, 'AND');
}

/** Replace all matching conjuncts with `term`; the rest stays as typed. */
function replaced(query: string, fits: (one: Conjunct) => boolean, term: string | null): string {
  let rest = query;
  for (;;) {
    const old = conjuncts(rest).find(fits);
    if (!old) break;
    rest = without(rest, old);
  }
  rest = tidy(rest);
  if (term === null) return rest;
  if (!rest) return term;
  return conjuncts(rest)[0]?.alternatives ? `(${rest}) ${term}` : `${rest} ${term}`;
}

/** Set a tag to required, excluded or unspecified. */
export function withFacet(query: string, label: string, state: FacetState): string {
  const term = state === 'off' ? null : `${state === 'exclude' ? '-' : ''}${tagTerm(label)}`;
  return replaced(query, (one) => labelOf(one) === label, term);
}

/** The server's names of the other search fields. */
export const fields = ['after', 'before', 'camera'] as const;
export type Field = (typeof fields)[number];

function fieldOf({ text, negated, alternatives }: Conjunct, field: Field): string | null {
  if (negated || alternatives || !text.toLowerCase().startsWith(`${field}:`)) return null;
  return text
    .slice(field.length + 1)
    .replaceAll('"', '')
    .trim();
}

/** The value of a field in the query; empty if absent. */
export function fieldIn(query: string, field: Field): string {
  for (const conjunct of conjuncts(query)) {
    const value = fieldOf(conjunct, field);
    if (value) return value;
  }
  return '';
}

/** Set or remove a field's value. */
export function withField(query: string, field: Field, value: string): string {
  const bare = value.replaceAll('"', '').trim();
  const term = bare ? `${field}:${/[\s()]/.test(bare) ? `"${bare}"` : bare}` : null;
  return replaced(query, (one) => fieldOf(one, field) !== null, term);
}

const following: Record<FacetState, FacetState> = {
  off: 'include',
  include: 'exclude',
  exclude: 'off',
};

export const nextState = (state: FacetState): FacetState => following[state];

/** Range of the invalid term; `position` counts characters, as the server does. */
export function badPart(query: string, position: number): { start: number; end: number } {
  const start = [...query].slice(0, position).join('').length;
  const rest = /^\S+/.exec(query.slice(start))?.[0] ?? '';
  return { start, end: start + Math.max(rest.length, 1) };
}

/** Open groups and dangling operators at the end of a query. */
const unfinished = /(?:(?:^|[\s(])(?:AND|OR|NOT|-)|\(|\s)+$/;

const openGroups = (query: string) => query.split('(').length - query.split(')').length;

/** Guess the intended query from one the server rejected; null if there is no guess. */
export function corrected(query: string, position: number): string | null {
  if ((query.match(/"/g)?.length ?? 0) % 2) return `${query.trimEnd()}"`;
  if (openGroups(query) > 0) {
    const begun = query.replace(unfinished, '');
    return begun ? `${begun}${')'.repeat(openGroups(begun))}` : null;
  }
  const { start, end } = badPart(query, position);
  const before = query.slice(0, start);
  const rest = /^[()]/.test(query.slice(start))
    ? `${before}${query.slice(start + 1)}`
    : // From the middle of a term to its ends; at the query's end, the last term.
      `${(query.slice(start).trim() ? before : before.trimEnd()).replace(/[^\s(]+$/, '')} ${query.slice(end)}`;
  const shorter = tidy(rest);
  return shorter && shorter !== query.trim() ? shorter : null;
}
