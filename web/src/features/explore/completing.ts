import { tagTerm } from './query';

/** The last word of the query if it may become a tag: no operator, field or quoted text. */
export function typedWord(query: string): string {
  const match = /(?:^|[\s(-])(?:tag:)?([\p{L}\p{Nd}_][\p{L}\p{M}\p{Nd}_-]*)$/iu.exec(query);
  const word = match?.[1] ?? '';
  const quotes = query.match(/"/g)?.length ?? 0;
  return quotes % 2 || ['OR', 'AND', 'NOT'].includes(word) ? '' : word.toLowerCase();
}

/** Replace the last word of the query with a tag. */
export const completed = (query: string, label: string): string =>
  query.replace(/(?:tag:)?[\p{L}\p{M}\p{Nd}_-]*$/iu, (word) =>
    word.startsWith('-') ? `-${tagTerm(label)}` : tagTerm(label),
  );
