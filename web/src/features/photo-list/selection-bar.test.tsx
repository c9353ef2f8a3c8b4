import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it, vi } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { makePhoto, makeUser } from '@/shared/testing/samples';
import { server } from '@/shared/testing/server';
import SelectionBar from './selection-bar';

const ben = { username: 'ben', display_name: 'Ben', avatar_url: null };
const photos = [
  makePhoto({ id: 'a' }),
  makePhoto({ id: 'b' }),
  makePhoto({ id: 'of-ben', owner: ben }),
];

function show(ids: string[]) {
  const selection = {
    ids: new Set(ids),
    toggle: vi.fn(),
    extend: vi.fn(),
    all: vi.fn(),
    clear: vi.fn(),
  };
  const bar = <SelectionBar photos={photos} selection={selection} user={makeUser()} more={false} />;
  return { ...renderAt('/', bar), selection };
}

it("changes the user's own photos only, and reports those that failed with the reason", async () => {
  let sent: unknown;
  server.use(
    http.post('/api/v1/photos/bulk', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({
        items: [
          { id: 'a', status: 'ok' },
          { id: 'b', status: 'error', code: 'not_found' },
        ],
      });
    }),
  );
  const { user } = show(['a', 'b', 'of-ben']);
  expect(screen.getByText('2 yours')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Trash' }));

  const outcome =
    '1 photo moved to the trash. 1 photo not changed: It was deleted, or you do not have access to it.';
  expect(await screen.findByText(outcome)).toBeTruthy();
  expect(sent).toEqual({ ids: ['a', 'b'], action: 'delete', value: null });
});

it('restores what was moved to the trash by Undo', async () => {
  const restored: string[] = [];
  server.use(
    http.post('/api/v1/photos/bulk', () =>
      HttpResponse.json({ items: [{ id: 'a', status: 'ok' }] }),
    ),
    http.post('/api/v1/photos/:id/restore', ({ params }) => {
      restored.push(String(params.id));
      return HttpResponse.json(photos[0]);
    }),
  );
  const { user } = show(['a']);
  await user.keyboard('{Delete}');
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('1 photo restored.')).toBeTruthy();
  expect(restored).toEqual(['a']);
});

it('offers no change of photos that belong to others', async () => {
  show(['of-ben']);
  expect(screen.getByText('Only the owner of a photo can change it.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Trash' })).toBeNull();
});
