import { describe, expect, it } from 'vitest';
import { ApiProblem, type Photo, type SendOptions } from '@/shared/api';
import { makePhoto, suggested } from '@/shared/testing/photo';
import { summarise } from './item';
import { createUploadQueue } from './queue';

type Call = {
  file: File;
  options: SendOptions;
  answer: (photo: Photo) => void;
  refuse: (error: unknown) => void;
};

/** A server that answers when the test says so. */
function setUp() {
  const calls: Call[] = [];
  const stored: Photo[] = [];
  const queue = createUploadQueue({
    send: (file, options) =>
      new Promise((answer, refuse) => calls.push({ file, options, answer, refuse })),
    onStored: (photo) => stored.push(photo),
  });
  const call = (index: number) => {
    const found = calls[index];
    if (!found) throw new Error(`No request number ${index} was made.`);
    return found;
  };
  const stages = () => queue.getItems().map((item) => item.stage.name);
  return { queue, calls, call, stored, stages };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const file = (name: string, content = 'x') => new File([content], name);
const files = (count: number) => Array.from({ length: count }, (_, i) => file(`${i}.jpg`));
const rendered = { urls: { thumb: '/t', preview: '/p', original: null } };

describe('upload queue', () => {
  it('sends three at a time, in order', async () => {
    const { queue, calls, call, stages } = setUp();
    queue.add(files(5), 'public');
    expect(calls.map((c) => c.file.name)).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(stages().slice(3)).toEqual(['queued', 'queued']);
    call(1).answer(makePhoto({ id: 'b' }));
    await settle();
    expect(calls.map((c) => c.file.name)).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
  });

  it('passes on progress and visibility', () => {
    const { queue, call } = setUp();
    queue.add(files(1), 'private');
    expect(call(0).options.visibility).toBe('private');
    call(0).options.onProgress(0.4);
    expect(queue.getItems()[0]?.stage).toEqual({ name: 'sending', share: 0.4 });
  });

  it('follows a photo from received to its tags', async () => {
    const { queue, call, stored, stages } = setUp();
    queue.add(files(1), 'public');
    call(0).answer(makePhoto());
    await settle();
    expect(stages()).toEqual(['received']);
    expect(stored.map((photo) => photo.id)).toEqual(['p1']);
    expect(queue.waiting()).toEqual(['p1']);
    queue.update(makePhoto(rendered));
    expect(stages()).toEqual(['rendered']);
    queue.update(makePhoto({ ...rendered, status: 'tagged', tags: [suggested('sky', 0.9)] }));
    expect(stages()).toEqual(['tagged']);
    expect(queue.waiting()).toEqual([]);
  });

  it('never goes back a stage when answers cross', async () => {
    const { queue, call, stages } = setUp();
    queue.add(files(1), 'public');
    call(0).answer(makePhoto());
    await settle();
    queue.update(makePhoto(rendered));
    queue.update(makePhoto());
    expect(stages()).toEqual(['rendered']);
    queue.update(makePhoto({ ...rendered, status: 'tagged' }));
    queue.update(makePhoto(rendered));
    expect(stages()).toEqual(['tagged']);
  });

  it('keeps what was heard of a photo before its upload was answered', async () => {
    const { queue, call, stages } = setUp();
    queue.add(files(1), 'public');
    queue.update(makePhoto({ ...rendered, status: 'tagged' }));
    call(0).answer(makePhoto());
    await settle();
    expect(stages()).toEqual(['tagged']);
  });

  it('shows a duplicate as such, not as a failure', async () => {
    const { queue, call, stages } = setUp();
    queue.add(files(1), 'public');
    call(0).answer(makePhoto({ status: 'tagged', duplicate: true }));
    await settle();
    expect(stages()).toEqual(['duplicate']);
    expect(summarise(queue.getItems())).toMatchObject({ done: 1, failed: 0 });
  });

  it('retries one or all that failed', async () => {
    const { queue, calls, call, stages } = setUp();
    queue.add(files(2), 'public');
    for (const index of [0, 1]) {
      call(index).refuse(new ApiProblem({ code: 'storage_full', status: 507 }));
    }
    await settle();
    expect(stages()).toEqual(['failed', 'failed']);
    queue.retry(queue.getItems()[1]?.key);
    expect(stages()).toEqual(['failed', 'sending']);
    queue.retry();
    expect(stages()).toEqual(['sending', 'sending']);
    expect(calls).toHaveLength(4);
  });

  it('does not send what cannot be taken, nor retry it', () => {
    const { queue, calls } = setUp();
    queue.add([file('empty.jpg', '')], 'public');
    queue.retry();
    expect(calls).toHaveLength(0);
    expect(queue.getItems()[0]?.stage).toMatchObject({ name: 'failed', code: 'empty_file' });
  });

  it('says why a stored photo failed, and does not offer to send it again', async () => {
    const { queue, call } = setUp();
    queue.add(files(1), 'public');
    call(0).answer(makePhoto());
    await settle();
    const failure = { code: 'decode_failed', detail: 'Line 212.' };
    queue.update(makePhoto({ status: 'failed', failure }));
    expect(queue.getItems()[0]?.stage).toMatchObject({ name: 'failed', ...failure });
    expect(summarise(queue.getItems())).toMatchObject({ failed: 1, retriable: 0 });
  });

  it('stops the request of a removed file and starts the next', async () => {
    const { queue, calls, call } = setUp();
    queue.add(files(4), 'public');
    queue.remove(queue.getItems()[0]?.key ?? 0);
    expect(call(0).options.signal.aborted).toBe(true);
    call(0).refuse(new DOMException('', 'AbortError'));
    await settle();
    expect(calls).toHaveLength(4);
    expect(queue.getItems().map((item) => item.file.name)).toEqual(['1.jpg', '2.jpg', '3.jpg']);
  });

  it('drops everything on clear', async () => {
    const { queue, calls, call } = setUp();
    queue.add(files(5), 'public');
    queue.clear();
    call(0).answer(makePhoto());
    await settle();
    expect(queue.getItems()).toEqual([]);
    expect(calls).toHaveLength(3);
  });
});
