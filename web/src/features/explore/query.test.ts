import { describe, expect, it } from 'vitest';
import {
  badPart,
  conjuncts,
  corrected,
  facetsOf,
  fieldIn,
  tagTerm,
  withFacet,
  withField,
  without,
} from './query';

const texts = (query: string) =>
  conjuncts(query).map(({ text, negated }) => (negated ? `-${text}` : text));

describe('conjuncts', () => {
  it.each([
    ['', []],
    ['lake dog', ['lake', 'dog']],
    ['lake AND dog', ['lake', 'dog']],
    ['lake -people', ['lake', '-people']],
    ['lake NOT tag:people', ['lake', '-tag:people']],
    ['-(a OR b) "two words"', ['-(a OR b)', '"two words"']],
    ['tag:"plant life" c', ['tag:"plant life"', 'c']],
    ['--a', ['a']],
    ['a OR b c', ['a OR b c']],
    ['well-known', ['well-known']],
    ['(a', ['(a']],
  ])('reads %j', (query, wanted) => {
    expect(texts(query)).toEqual(wanted);
  });
});

describe('facets', () => {
  it('are the top-level tags of the query', () => {
    expect([...facetsOf('Tag:Lake -tag:"plant life" dog (tag:sea OR x)')]).toEqual([
      ['lake', 'include'],
      ['plant life', 'exclude'],
    ]);
  });

  it('ignore tags inside an OR', () => {
    expect(facetsOf('tag:lake OR tag:sea').size).toBe(0);
  });

  it.each([
    ['', 'include', 'tag:lake'],
    ['dog', 'include', 'dog tag:lake'],
    ['dog  OR cat', 'include', '(dog OR cat) tag:lake'],
    ['(dog OR cat)', 'include', '(dog OR cat) tag:lake'],
    ['tag:lake dog', 'exclude', 'dog -tag:lake'],
    ['dog -tag:lake sea', 'off', 'dog sea'],
    ['dog AND tag:lake', 'off', 'dog'],
    ['tag:lake "a  b" -tag:lake', 'off', '"a  b"'],
  ] as const)('of %j to %s', (query, state, wanted) => {
    expect(withFacet(query, 'lake', state)).toBe(wanted);
  });

  it('cycle through all states and restore the text', () => {
    const once = withFacet('sea', 'plant life', 'include');
    const twice = withFacet(once, 'plant life', 'exclude');
    expect(twice).toBe('sea -tag:"plant life"');
    expect(withFacet(twice, 'plant life', 'off')).toBe('sea');
  });

  it('quote a label with a space', () => expect(tagTerm('plant life')).toBe('tag:"plant life"'));
});

describe('fields', () => {
  it('are read if the whole query requires them', () => {
    expect(fieldIn('dog Camera:"EOS 5D"', 'camera')).toBe('EOS 5D');
    expect(fieldIn('dog -camera:EOS', 'camera')).toBe('');
    expect(fieldIn('camera:EOS OR dog', 'camera')).toBe('');
  });

  it.each([
    ['dog', 'after', '2025-06-01', 'dog after:2025-06-01'],
    ['after:2024-01-01 dog', 'after', '2025-06-01', 'dog after:2025-06-01'],
    ['dog camera:"EOS 5D"', 'camera', '', 'dog'],
    ['dog OR cat', 'camera', 'EOS 5D', '(dog OR cat) camera:"EOS 5D"'],
    ['dog', 'camera', 'a"b', 'dog camera:ab'],
  ] as const)('of %j: %s to %j', (query, field, value, wanted) => {
    expect(withField(query, field, value)).toBe(wanted);
  });
});

it('removes one term', () => {
  const query = 'lake -people dog';
  const [, people] = conjuncts(query);
  expect(people && without(query, people)).toBe('lake dog');
});

describe('a rejected query', () => {
  it("is marked at the server's offset, in characters", () => {
    expect(badPart('lake colour:red', 5)).toEqual({ start: 5, end: 15 });
    expect(badPart('🌊 colour:red', 2)).toEqual({ start: 3, end: 13 });
    expect(badPart('(lake', 5)).toEqual({ start: 5, end: 6 });
  });

  it.each([
    ['(lake dog', 9, '(lake dog)'],
    ['"lake dog', 0, '"lake dog"'],
    ['(', 1, null],
    ['lake OR (', 9, 'lake'],
    ['(lake (', 7, '(lake)'],
    ['lake dog (', 10, 'lake dog'],
    ['(band', 5, '(band)'],
    ['lake colour:red dog', 5, 'lake dog'],
    ['lake OR', 7, 'lake'],
    ['lake)', 4, 'lake'],
    ['score:high', 6, null],
  ])('%j at %i is corrected to %j', (query, position, wanted) => {
    expect(corrected(query, position)).toBe(wanted);
  });
});
