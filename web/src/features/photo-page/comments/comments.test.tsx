import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { makePhoto, makeUser } from '@/shared/testing/samples';
import { problem, server } from '@/shared/testing/server';
import { Comments } from './comments';

const path = '/api/v1/photos/:id/comments';

beforeEach(() => {
  localStorage.setItem('vignette.signed-in', '1');
  server.use(
    http.get('/api/v1/me', () => HttpResponse.json(makeUser())),
    http.get(path, () => HttpResponse.json({ items: [], next_cursor: null })),
  );
});

it('keeps the text and gives the reason if sending fails, then sends it', async () => {
  server.use(http.post(path, () => problem(503, 'service_unavailable')));
  const { user } = renderAt('/p/p1', <Comments photo={makePhoto()} />);
  const field = await screen.findByLabelText<HTMLTextAreaElement>('Write a comment');
  await user.type(field, 'What a dog!');
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(await screen.findByText(/The comment was not sent. Part of the site/)).toBeTruthy();
  expect(field.value).toBe('What a dog!');

  server.use(
    http.post(path, async ({ request }) => {
      const { text } = (await request.json()) as { text: string };
      const { username, display_name, avatar_url } = makePhoto().owner;
      const author = { username, display_name, avatar_url };
      return HttpResponse.json({ id: 'c1', author, text, created_at: '2026-05-03T10:00:00Z' });
    }),
  );
  await user.click(screen.getByRole('button', { name: 'Send' }));
  expect((await screen.findByText('What a dog!', { selector: 'p' })).textContent).toBeTruthy();
  await waitFor(() => expect(field.value).toBe(''));
});

it('offers signing in instead of a field to a guest', async () => {
  localStorage.clear();
  renderAt('/p/p1', <Comments photo={makePhoto()} />);
  expect(await screen.findByRole('link', { name: 'Sign in to comment' })).toBeTruthy();
  expect(screen.queryByLabelText('Write a comment')).toBeNull();
});
