import { expect, it } from 'vitest';
import { confirmed, makePhoto, suggested } from '@/shared/testing/photo';
import { changed, tagShares } from './bulk';

const dog = makePhoto({ id: 'a', tags: [suggested('dog', 0.9), confirmed('beach')] });

it('counts each tag over the photos, the commonest first', () => {
  const other = makePhoto({ id: 'b', tags: [confirmed('dog')] });
  expect(tagShares([dog, other])).toEqual([
    { label: 'dog', count: 2, said: 1 },
    { label: 'beach', count: 1, said: 1 },
  ]);
});

it('makes a suggested tag a confirmed one, once', () => {
  const tags = changed(dog, { action: 'add_tag', value: 'dog' })?.tags;
  expect(tags?.filter(({ label }) => label === 'dog')).toEqual([confirmed('dog')]);
});

it('leaves to the server which suggestions are accepted', () => {
  expect(changed(dog, { action: 'accept_tags', value: null })).toEqual({});
});

it('takes a tag away and leaves the others', () => {
  const tags = changed(dog, { action: 'remove_tag', value: 'dog' })?.tags;
  expect(tags?.map(({ label }) => label)).toEqual(['beach']);
});

it('takes what is thrown away out of the lists', () => {
  expect(changed(dog, { action: 'delete', value: null })).toBeNull();
});
