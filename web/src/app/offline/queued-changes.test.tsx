import { QueryClient } from '@tanstack/react-query';
import { waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { server } from '@/shared/testing/server';
import { persistChanges } from './queued-changes';

/** Store a change as a page that was closed offline left it; returns the states that are sent. */
function leaveBehind(kind: string, variables: unknown): unknown[] {
  localStorage.setItem('vignette.waiting.anna.1-000000', JSON.stringify({ kind, variables }));
  const sent: unknown[] = [];
  server.use(
    http.put('/api/v1/photos/p1/tags/dog', async ({ request }) => {
      sent.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  return sent;
}

it.each([
  ['decision', { id: 'p1', label: 'dog', decision: 'rejected' }],
  ['verdict', { id: 'p1', label: 'dog', verdict: 'rejected' }],
])('replays a tag decision that an earlier page stored as a %s', async (kind, variables) => {
  const sent = leaveBehind(kind, variables);
  const stop = persistChanges(new QueryClient(), 'anna');
  await waitFor(() => expect(sent).toEqual([{ state: 'rejected' }]));
  expect(localStorage.length).toBe(0);
  stop();
});
