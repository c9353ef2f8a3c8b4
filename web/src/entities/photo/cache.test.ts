import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Photo } from '@/shared/api';
import { makePhoto, suggested } from '@/shared/testing/samples';
import { addOwnPhoto, findPhoto, patchPhoto, removePhoto } from './cache';
import { type PhotoListData, photoKeys } from './keys';

const own = photoKeys.list({ user: 'anna' });

function clientWith(...pages: Photo[][]) {
  const client = new QueryClient();
  const data: PhotoListData = {
    pages: pages.map((items) => ({ items, next_cursor: null })),
    pageParams: pages.map(() => null),
  };
  client.setQueryData(own, data);
  return client;
}

const ids = (client: QueryClient) =>
  client.getQueryData<PhotoListData>(own)?.pages.flatMap((page) => page.items.map((p) => p.id));

describe('the photo cache', () => {
  it('updates a photo in its list and on its page', () => {
    const client = clientWith([makePhoto()], [makePhoto({ id: 'p2' })]);
    client.setQueryData(photoKeys.one('p1'), makePhoto());
    const tags = [suggested('sky', 0.9)];
    patchPhoto(client, 'p1', { status: 'tagged', tags });
    expect(findPhoto(client, 'p1')).toMatchObject({ status: 'tagged', tags });
    expect(client.getQueryData(photoKeys.one('p1'))).toMatchObject({ status: 'tagged', tags });
    expect(findPhoto(client, 'p2')?.status).toBe('pending');
  });

  it('prepends a new photo, once', () => {
    const client = clientWith([makePhoto({ id: 'old' })]);
    const photo = makePhoto({ id: 'new', created_at: '2026-05-04T10:00:00Z' });
    addOwnPhoto(client, photo);
    addOwnPhoto(client, photo);
    expect(ids(client)).toEqual(['new', 'old']);
  });

  it('does not put an old photo above newer ones', () => {
    const client = clientWith([makePhoto({ id: 'shown' })]);
    addOwnPhoto(client, makePhoto({ id: 'older', created_at: '2026-05-01T10:00:00Z' }));
    expect(ids(client)).toEqual(['shown']);
  });

  it('removes a deleted photo from every list', () => {
    const client = clientWith([makePhoto()], [makePhoto({ id: 'p2' })]);
    removePhoto(client, 'p1');
    expect(ids(client)).toEqual(['p2']);
  });

  it('returns the same list if it lacks the photo', () => {
    const client = clientWith([makePhoto()]);
    const before = client.getQueryData(own);
    patchPhoto(client, 'elsewhere', { status: 'tagged' });
    expect(client.getQueryData(own)).toBe(before);
  });
});
