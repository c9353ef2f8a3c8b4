import { useQuery } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import { photoQuery } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { renderAt } from '@/shared/testing/render';
import { makePhoto, suggested } from '@/shared/testing/samples';
import { problem, server } from '@/shared/testing/server';
import { TagPanel } from './ui/tag-panel';
import { useTagEditing } from './use-tag-editing';

const tag = '/api/v1/photos/:id/tags/:label';
const photo = makePhoto({ status: 'tagged', tags: [suggested('dog', 0.9)] });

let saved: Photo;
beforeEach(() => {
  saved = photo;
  server.use(
    http.get('/api/v1/photos/:id', () => HttpResponse.json({ ...saved, decisions: [] })),
    http.get('/api/v1/tags/suggest', () => HttpResponse.json({ items: [] })),
  );
});

function Panel() {
  const { data = photo } = useQuery(photoQuery(photo.id));
  const editing = useTagEditing(data, true);
  const explaining = { label: null, onExplain: () => undefined };
  return <TagPanel photo={data} editing={editing} explaining={explaining} />;
}

it('saves a decision and takes it back by Undo', async () => {
  const sent: string[] = [];
  server.use(
    http.put(tag, async ({ request, params }) => {
      sent.push(`PUT ${params.label} ${JSON.stringify(await request.json())}`);
      saved = { ...photo, tags: [{ ...suggested('dog', 0.9), state: 'accepted' }] };
      return HttpResponse.json({});
    }),
    http.delete(tag, ({ params }) => {
      sent.push(`DELETE ${params.label}`);
      saved = photo;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderAt('/p/p1', <Panel />);
  await user.click(await screen.findByRole('button', { name: 'Accept dog' }));
  expect(await screen.findByRole('button', { name: 'Remove dog' })).toBeTruthy();

  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await screen.findByRole('button', { name: 'Accept dog' })).toBeTruthy();
  await waitFor(() => expect(sent).toEqual(['PUT dog {"state":"accepted"}', 'DELETE dog']));
});

it('shows the suggestion again, with the reason, when the server refuses the decision', async () => {
  server.use(
    http.put(tag, () => {
      // No answer may do the rollback's work.
      server.use(http.get('/api/v1/photos/:id', () => problem(503, 'service_unavailable')));
      return problem(403, 'forbidden');
    }),
  );
  const { user } = renderAt('/p/p1', <Panel />);
  await user.click(await screen.findByRole('button', { name: 'Reject dog' }));
  expect(await screen.findByText('“dog” was not saved. Only the owner can do this.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Reject dog' })).toBeTruthy();
});
