import { tagTerm } from './query';

/** The word at the end of a query that may become a tag: no operator, no other field, not quoted. */
export function typedWord(query: string): string {
  const match = /(?:^|[\s(-])(?:tag:)?([\p{L}\p{Nd}_][\p{L}\p{M}\p{Nd}_-]*)$/iu.exec(query);
  const word = match?.[1] ?? '';
  const quotes = query.match(/"/g)?.length ?? 0;
  return quotes % 2 || ['OR', 'AND', 'NOT'].includes(word) ? '' : word.toLowerCase();
}

/** The query with a tag in place of the word at its end. */
export const completed = (query: string, label: string): string =>
  query.replace(/(?:tag:)?[\p{L}\p{M}\p{Nd}_-]*$/iu, (word) =>
    word.startsWith('-') ? `-${tagTerm(label)}` : tagTerm(label),
  );
