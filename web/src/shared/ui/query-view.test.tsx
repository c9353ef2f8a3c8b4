import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { QueryView, type ViewedQuery } from './query-view';

const broken = new ApiProblem({ code: 'service_unavailable', status: 503, requestId: 'r-42' });

function show(fields: Partial<ViewedQuery<string[]>>) {
  const query: ViewedQuery<string[]> = {
    data: undefined,
    error: null,
    fetchStatus: 'idle',
    refetch: vi.fn(),
    fetchNextPage: vi.fn(),
    ...fields,
  };
  render(
    <QueryView
      query={query}
      what="The feed"
      loading={<p>skeleton</p>}
      isEmpty={(names) => names.length === 0}
      empty={<p>no photos</p>}
    >
      {(names) => <p>{names.join(', ')}</p>}
    </QueryView>,
  );
  return query;
}

it('shows the skeleton while the first answer is on its way', () => {
  show({ fetchStatus: 'fetching' });
  expect(screen.getByText('skeleton')).toBeTruthy();
});

it('shows the empty state, not an empty list', () => {
  show({ data: [] });
  expect(screen.getByText('no photos')).toBeTruthy();
});

it('keeps what has loaded when a refresh fails, and offers another try', async () => {
  const query = show({ data: ['a', 'b'], error: broken });
  expect(screen.getByText('a, b')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain('The feed could not be refreshed.');
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(query.refetch).toHaveBeenCalledOnce();
});

it('retries the next page, not the whole list, when that page failed', async () => {
  const query = show({ data: ['a'], error: broken, isFetchNextPageError: true });
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(query.fetchNextPage).toHaveBeenCalledOnce();
  expect(query.refetch).not.toHaveBeenCalled();
});

it('names the failure, its cause and the request', async () => {
  const query = show({ error: broken });
  const alert = screen.getByRole('alert').textContent;
  expect(alert).toContain('The feed could not be loaded.');
  expect(alert).toContain('Part of the site is not responding.');
  expect(alert).toContain('Request r-42');
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(query.refetch).toHaveBeenCalledOnce();
});

it('says that it waits for the connection instead of loading forever', () => {
  show({ fetchStatus: 'paused' });
  expect(screen.getByText('You are offline. This loads when you reconnect.')).toBeTruthy();
  expect(screen.queryByText('skeleton')).toBeNull();
});
