import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { confirmed, suggested } from '@/shared/testing/samples';
import { server } from '@/shared/testing/server';
import { type Decision, type TagLists, withDecision } from '../decision';
import { TagEditor } from './tag-editor';

const dog = suggested('dog', 0.9);
const lake = suggested('lake', 0.7);
const start: TagLists = {
  shown: [dog, lake, confirmed('walk')],
  all: [dog, lake, confirmed('walk')],
};

const onAdd = vi.fn();
const onDecide = vi.fn();

/** The editor with the state that its decisions produce. */
function Editor() {
  const [lists, setLists] = useState(start);
  return (
    <TagEditor
      lists={lists}
      none={null}
      explained={null}
      decisions={undefined}
      waiting={[]}
      onDecide={(label: string, decision: Decision) => {
        onDecide(label, decision);
        setLists((now) => withDecision(now, label, decision));
      }}
      onAdd={onAdd}
      onExplain={() => undefined}
    />
  );
}

beforeEach(() => {
  onAdd.mockReset();
  onDecide.mockReset();
  server.use(http.get('/api/v1/tags/suggest', () => HttpResponse.json({ items: [] })));
});

const tagsIn = (list: string) =>
  within(screen.getByRole('list', { name: list }))
    .getAllByRole('listitem')
    .map((item) => item.dataset.tag);

const focusedTag = () => document.activeElement?.closest<HTMLElement>('[data-tag]')?.dataset.tag;

it('moves an accepted suggestion to the confirmed tags', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.click(screen.getByRole('button', { name: 'Accept dog' }));
  expect(tagsIn('Confirmed')).toEqual(['dog', 'walk']);
  expect(tagsIn('Suggested by the model')).toEqual(['lake']);
});

it('accepts by keyboard and moves the focus to the next suggestion', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.keyboard('1');
  expect(focusedTag()).toBe('dog');
  await user.keyboard('a');
  expect(onDecide).toHaveBeenCalledWith('dog', 'accepted');
  await waitFor(() => expect(focusedTag()).toBe('lake'));
});

it('keeps a rejected tag at hand, and takes the rejection back', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.keyboard('2x');
  expect(onDecide).toHaveBeenCalledWith('lake', 'rejected');
  await user.click(screen.getByText('Rejected (1)'));
  await user.click(screen.getByRole('button', { name: 'Undo the rejection of lake' }));
  expect(tagsIn('Suggested by the model')).toEqual(['dog', 'lake']);
});

it('removes a tag that a person added instead of rejecting it', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.click(screen.getByRole('button', { name: 'Remove walk' }));
  expect(onDecide).toHaveBeenCalledWith('walk', null);
});

it('adds several tags at once, in the spelling of the server', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.type(screen.getByLabelText('Add a tag'), 'Beach, SEA{Enter}');
  expect(onAdd).toHaveBeenCalledWith(['beach', 'sea']);
  expect(screen.getByLabelText<HTMLInputElement>('Add a tag').value).toBe('');
});

it('explains a label that cannot be a tag, and keeps it to be corrected', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  const field = screen.getByLabelText<HTMLInputElement>('Add a tag');
  await user.type(field, 'a/b{Enter}');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(/“a\/b” cannot be a tag/)).toBeTruthy();
  expect(field.value).toBe('a/b');
  expect(onAdd).not.toHaveBeenCalled();
});

it('ignores decision keys while typing', async () => {
  const { user } = renderAt('/p/1', <Editor />);
  await user.type(screen.getByLabelText('Add a tag'), 'taxi 1');
  expect(onDecide).not.toHaveBeenCalled();
  expect(screen.getByLabelText<HTMLInputElement>('Add a tag').value).toBe('taxi 1');
});

it('leaves a key to the browser when it comes with a modifier', () => {
  renderAt('/p/1', <Editor />);
  screen.getByRole('button', { name: 'Accept dog' }).focus();
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'a', altKey: true });
  expect(onDecide).not.toHaveBeenCalled();
});
