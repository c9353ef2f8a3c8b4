import { expect, it } from 'vitest';
import { confirmed, makePhoto, suggested } from '@/shared/testing/samples';
import { changed, tagShares } from './bulk';

const dog = makePhoto({ id: 'a', tags: [suggested('dog', 0.9), confirmed('beach')] });

it('counts tags over all photos, most common first', () => {
  const other = makePhoto({ id: 'b', tags: [confirmed('dog')] });
  expect(tagShares([dog, other])).toEqual([
    { label: 'dog', count: 2, confirmed: 1 },
    { label: 'beach', count: 1, confirmed: 1 },
  ]);
});

it('confirms a suggested tag, once', () => {
  const tags = changed(dog, { action: 'add_tag', value: 'dog' })?.tags;
  expect(tags?.filter(({ label }) => label === 'dog')).toEqual([confirmed('dog')]);
});

it('leaves the choice of suggestions to the server', () => {
  expect(changed(dog, { action: 'accept_tags', value: null })).toEqual({});
});

it('removes one tag and keeps the others', () => {
  const tags = changed(dog, { action: 'remove_tag', value: 'dog' })?.tags;
  expect(tags?.map(({ label }) => label)).toEqual(['beach']);
});

it('removes deleted photos from the lists', () => {
  expect(changed(dog, { action: 'delete', value: null })).toBeNull();
});
