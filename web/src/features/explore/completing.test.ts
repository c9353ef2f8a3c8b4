import { expect, it } from 'vitest';
import { completed, typedWord } from './completing';
import { similarTo } from './similar';

it('completes the last word, if it may be a tag', () => {
  expect(typedWord('lake su')).toBe('su');
  expect(typedWord('lake -Su')).toBe('su');
  expect(typedWord('(tag:su')).toBe('su');
  for (const query of ['lake ', '"two su', 'sea OR', 'user:an', 'score:>0', '']) {
    expect(typedWord(query)).toBe('');
  }
});

it('keeps the rest of the query and a leading minus', () => {
  expect(completed('lake su', 'sunset')).toBe('lake tag:sunset');
  expect(completed('lake -su', 'sunset')).toBe('lake -tag:sunset');
  expect(completed('(tag:ci', 'city lights')).toBe('(tag:"city lights"');
});

it('parses the photo of a similar: query', () => {
  const id = '01a20a78-d762-7f95-b213-db9955c0552d';
  expect(similarTo(`similar:${id}`)).toBe(id);
  expect(similarTo(`similar:${id} lake`)).toBeNull();
  expect(similarTo('similar')).toBeNull();
});
