import { expect, it } from 'vitest';
import { parsePhotoEvent } from './types';

it('parses an event', () => {
  expect(parsePhotoEvent('photo.tagged', '{"photo_id":"p1","status":"tagged","tags":[]}')).toEqual({
    type: 'photo.tagged',
    photo_id: 'p1',
    status: 'tagged',
    tags: [],
  });
});

it.each(['', 'null', '[]', '{"photo_id":7}', '{broken'])('ignores %j', (body) => {
  expect(parsePhotoEvent('photo.tagged', body)).toBeNull();
});
