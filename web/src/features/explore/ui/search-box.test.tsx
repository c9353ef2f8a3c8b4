import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { useRef, useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { renderAt } from '@/shared/testing/render';
import { server } from '@/shared/testing/server';
import { SearchBox } from './search-box';

const onSearch = vi.fn();
const labels = [
  { label: 'dog', count: 12 },
  { label: 'dog_beach', count: 3 },
];

beforeEach(() => {
  onSearch.mockReset();
  server.use(
    http.get('/api/v1/tags/suggest', ({ request }) => {
      const prefix = new URL(request.url).searchParams.get('prefix') ?? '';
      return HttpResponse.json({ items: labels.filter(({ label }) => label.startsWith(prefix)) });
    }),
  );
});

function Box({ initial = '', refusal = null }: { initial?: string; refusal?: ApiProblem | null }) {
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(initial);
  return (
    <SearchBox
      input={input}
      draft={draft}
      onDraft={setDraft}
      onSearch={(query) => {
        setDraft(query);
        onSearch(query);
      }}
      refusal={refusal}
    />
  );
}

const field = () => screen.getByLabelText<HTMLInputElement>('Search photos');

it('underlines the part that cannot be read and offers a corrected search', async () => {
  const refusal = new ApiProblem({
    code: 'bad_query',
    status: 422,
    detail: 'The quotation mark at 6 is not closed.',
    position: 5,
  });
  const { user } = renderAt('/explore', <Box initial={'lake "two words'} refusal={refusal} />);
  expect(screen.getByTestId('bad-part').textContent).toBe('"two');
  expect(field().getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole('alert').textContent).toBe(refusal.detail);

  await user.click(screen.getByRole('button', { name: 'Search for lake "two words"' }));
  expect(onSearch).toHaveBeenCalledWith('lake "two words"');
});

it('completes a tag by keyboard: down, through the list, Enter, back into the box', async () => {
  const { user } = renderAt('/explore', <Box />);
  await user.type(field(), 'lake do');
  await screen.findByRole('list', { name: 'Matching tags' });
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(document.activeElement?.textContent).toContain('dog beach');
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(document.activeElement).toBe(field());
  await user.keyboard('{ArrowDown}{Enter}');
  expect(onSearch).toHaveBeenCalledWith('lake tag:dog');
  await waitFor(() => expect(document.activeElement).toBe(field()));
});

it('closes the list on Escape without losing the draft or the focus', async () => {
  const { user } = renderAt('/explore', <Box />);
  await user.type(field(), 'do');
  await screen.findByRole('list', { name: 'Matching tags' });
  await user.keyboard('{ArrowDown}{Escape}');
  expect(screen.queryByRole('list', { name: 'Matching tags' })).toBeNull();
  expect(document.activeElement).toBe(field());
  expect(field().value).toBe('do');
});

it('searches for exactly the draft on Enter, with the list open', async () => {
  const { user } = renderAt('/explore', <Box />);
  await user.type(field(), 'do');
  await screen.findByRole('list', { name: 'Matching tags' });
  await user.keyboard('{Enter}');
  expect(onSearch).toHaveBeenCalledWith('do');
});
