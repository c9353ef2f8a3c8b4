import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { makePhoto, suggested } from '@/shared/testing/samples';
import { problem, server } from '@/shared/testing/server';
import { queue, uploadFiles } from '../store';
import Tray from './tray';

const uploads = '/api/v1/uploads';
const photo = makePhoto({
  id: 'p9',
  status: 'tagged',
  tags: [suggested('dog', 0.9)],
  created_at: '2026-05-03T10:00:00Z',
});

const fileOf = (name: string, text = name) => new File([text], name, { type: 'image/jpeg' });

beforeEach(() => {
  // Node has no web workers to hash in; without https the app sends files unhashed.
  vi.stubGlobal('isSecureContext', false);
  // The virtual list draws only rows that fit, and a page without layout has no heights.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(376);
});
afterEach(() => {
  act(() => queue.clear());
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const row = (name: string) => {
  const item = screen.getByText(name).closest('li');
  if (!item) throw new Error(`No row for ${name}.`);
  return within(item);
};

it('refuses an empty file at once and offers no retry that could not help', () => {
  renderAt('/', <Tray />);
  act(() => uploadFiles([fileOf('empty.jpg', '')]));
  expect(row('empty.jpg').getByText('The file is empty.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Retry empty.jpg' })).toBeNull();
  expect(screen.getByText('· 1 failed')).toBeTruthy();
});

it('gives the reason and the code of a failure, and retries all that a retry can help', async () => {
  server.use(http.post(uploads, () => problem(507, 'storage_full', { request_id: 'r-3' })));
  const { user } = renderAt('/', <Tray />);
  act(() => uploadFiles([fileOf('one.jpg'), fileOf('two.jpg'), fileOf('empty.jpg', '')]));
  await waitFor(() => expect(screen.getByText('· 3 failed')).toBeTruthy());
  expect(row('one.jpg').getByText(/The server is out of storage/)).toBeTruthy();
  expect(row('one.jpg').getByText('storage_full').title).toBe('Request r-3');

  server.use(
    http.post(uploads, () =>
      HttpResponse.json(
        {},
        { status: 201, headers: { Location: `${uploads}/u1`, 'Photo-Id': 'p9' } },
      ),
    ),
    http.delete(`${uploads}/u1`, () => new HttpResponse(null, { status: 204 })),
    http.get('/api/v1/photos/p9', () => HttpResponse.json(photo)),
  );
  await user.click(screen.getByRole('button', { name: 'Retry all failed' }));
  await waitFor(() => expect(screen.getByText('2 of 3 done')).toBeTruthy());
  expect(row('one.jpg').getByText('Already in your library, added May 3, 2026')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Retry all failed' })).toBeNull();
});

it('asks for the files of uploads that a reload interrupted', async () => {
  const { user } = renderAt('/', <Tray />);
  const marks = { name: 'left.jpg', size: 8, lastModified: 1 };
  act(() =>
    queue.resume([
      {
        ...marks,
        id: '1',
        file: null,
        visibility: 'private',
        album: null,
        sha256: null,
        url: null,
      },
    ]),
  );
  expect(row('left.jpg').getByText(/Choose this file again to resume/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Clear uploads' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Discard them' }));
  expect(screen.queryByRole('region', { name: 'Uploads' })).toBeNull();
});

it('stays folded while files are added, and opens again', async () => {
  const { user } = renderAt('/', <Tray />);
  act(() => uploadFiles([fileOf('a.jpg', '')]));
  await user.click(screen.getByRole('button', { name: 'Hide uploads' }));
  act(() => uploadFiles([fileOf('b.jpg', '')]));
  expect(screen.queryByText('b.jpg')).toBeNull();
  expect(screen.getByText('0 of 2 done')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show uploads' }));
  expect(screen.getByText('b.jpg')).toBeTruthy();
});
