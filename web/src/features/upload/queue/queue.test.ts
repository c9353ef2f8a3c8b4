import { describe, expect, it } from 'vitest';
import { ApiProblem, type Photo, type Visibility } from '@/shared/api';
import { makePhoto, suggested } from '@/shared/testing/samples';
import { summarise, type UploadItem } from './item';
import { createUploadQueue, type DeliveryReport } from './queue';

type Call = {
  item: UploadItem & { file: File };
  report: DeliveryReport;
  signal: AbortSignal;
  answer: (photo: Photo) => void;
  refuse: (error: unknown) => void;
};

/** A server that answers on demand, and a database that records its calls. */
function setUp() {
  const calls: Call[] = [];
  const stored: Photo[] = [];
  const written: string[] = [];
  const clock = { now: 0 };
  const queue = createUploadQueue({
    deliver: (item, report, signal) =>
      new Promise((answer, refuse) => calls.push({ item, report, signal, answer, refuse })),
    onStored: (photo) => stored.push(photo),
    newId: (index) => `id${index}`,
    now: () => clock.now,
    remember: (items) => written.push(...items.map(({ name }) => `remember ${name}`)),
    note: (id, fields) => written.push(`note ${id} ${Object.values(fields).join()}`),
    forget: (ids, abandoned) => written.push(['forget', ...ids, ...abandoned].join(' ')),
  });
  const call = (index: number) => {
    const found = calls[index];
    if (!found) throw new Error(`No request number ${index} was made.`);
    return found;
  };
  const add = (files: File[], visibility: Visibility = 'public') =>
    queue.add(files, { visibility, album: null });
  const stages = () => queue.getItems().map((item) => item.stage.name);
  return { queue, add, calls, call, stored, stages, written, clock };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const file = (name: string, content = 'x') => new File([content], name);
const files = (count: number) => Array.from({ length: count }, (_, i) => file(`${i}.jpg`));
const rendered = { urls: { thumb: '/t', preview: '/p', original: null } };

describe('upload queue', () => {
  it('sends three files at a time, in order', async () => {
    const { add, calls, call, stages } = setUp();
    add(files(5));
    expect(calls.map((c) => c.item.name)).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    expect(stages().slice(3)).toEqual(['queued', 'queued']);
    call(1).answer(makePhoto({ id: 'b' }));
    await settle();
    expect(calls.map((c) => c.item.name)).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
  });

  it('reports progress and passes the visibility on', () => {
    const { queue, add, call } = setUp();
    add(files(1), 'private');
    expect(call(0).item.visibility).toBe('private');
    call(0).report.stage({ name: 'sending', share: 0.4 });
    expect(queue.getItems()[0]?.stage).toEqual({ name: 'sending', share: 0.4 });
  });

  it('follows a photo until it is tagged', async () => {
    const { queue, add, call, stored, stages } = setUp();
    add(files(1));
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

  it('never goes back a stage when responses cross', async () => {
    const { queue, add, call, stages } = setUp();
    add(files(1));
    call(0).answer(makePhoto());
    await settle();
    queue.update(makePhoto(rendered));
    queue.update(makePhoto());
    expect(stages()).toEqual(['rendered']);
    queue.update(makePhoto({ ...rendered, status: 'tagged' }));
    queue.update(makePhoto(rendered));
    expect(stages()).toEqual(['tagged']);
  });

  it("keeps an event that overtakes the upload's response", async () => {
    const { queue, add, call, stages } = setUp();
    add(files(1));
    queue.update(makePhoto({ ...rendered, status: 'tagged' }));
    call(0).answer(makePhoto());
    await settle();
    expect(stages()).toEqual(['tagged']);
  });

  it('shows a duplicate as a duplicate, not as a failure', async () => {
    const { queue, add, call, stages } = setUp();
    add(files(1));
    call(0).answer(makePhoto({ status: 'tagged', duplicate: true }));
    await settle();
    expect(stages()).toEqual(['duplicate']);
    expect(summarise(queue.getItems())).toMatchObject({ done: 1, failed: 0 });
  });

  it('retries one upload or all failed ones', async () => {
    const { queue, add, calls, call, stages } = setUp();
    add(files(2));
    for (const index of [0, 1]) {
      call(index).refuse(new ApiProblem({ code: 'storage_full', status: 507 }));
    }
    await settle();
    expect(stages()).toEqual(['failed', 'failed']);
    queue.retry(queue.getItems()[1]?.key);
    expect(stages()).toEqual(['failed', 'hashing']);
    queue.retry();
    expect(stages()).toEqual(['hashing', 'hashing']);
    expect(calls).toHaveLength(4);
  });

  it('offers no retry of a file that is not an image, and forgets it', async () => {
    const { queue, add, call, stages, written } = setUp();
    add(files(1));
    call(0).refuse(new ApiProblem({ code: 'not_an_image', status: 422 }));
    await settle();
    queue.retry();
    expect(stages()).toEqual(['failed']);
    expect(written.at(-1)).toBe('forget id0');
  });

  it('neither sends nor retries an invalid file', () => {
    const { queue, add, calls } = setUp();
    add([file('empty.jpg', '')]);
    queue.retry();
    expect(calls).toHaveLength(0);
    expect(queue.getItems()[0]?.stage).toMatchObject({ name: 'failed', code: 'empty_file' });
  });

  it('reports why a stored photo failed and offers no retry', async () => {
    const { queue, add, call } = setUp();
    add(files(1));
    call(0).answer(makePhoto());
    await settle();
    const failure = { code: 'decode_failed', detail: 'Line 212.' };
    queue.update(makePhoto({ status: 'failed', failure }));
    expect(queue.getItems()[0]?.stage).toMatchObject({ name: 'failed', ...failure });
    expect(summarise(queue.getItems())).toMatchObject({ failed: 1, retriable: 0 });
  });

  it('aborts a removed upload and starts the next', async () => {
    const { queue, add, calls, call } = setUp();
    add(files(4));
    queue.remove(queue.getItems()[0]?.key ?? 0);
    expect(call(0).signal.aborted).toBe(true);
    call(0).refuse(new DOMException('', 'AbortError'));
    await settle();
    expect(calls).toHaveLength(4);
    expect(queue.getItems().map((item) => item.name)).toEqual(['1.jpg', '2.jpg', '3.jpg']);
  });

  it('persists uploads for a reload and forgets stored ones', async () => {
    const { add, call, written } = setUp();
    add(files(1));
    call(0).report.progress({ url: '/api/v1/uploads/u1' });
    expect(written).toEqual(['remember 0.jpg', 'note id0 /api/v1/uploads/u1']);
    call(0).answer(makePhoto());
    await settle();
    expect(written.at(-1)).toBe('forget id0');
  });

  it('deletes a removed upload on the server', () => {
    const { queue, add, call, written } = setUp();
    add(files(1));
    call(0).report.progress({ url: '/api/v1/uploads/u1' });
    queue.remove(queue.getItems()[0]?.key ?? 0);
    expect(written.at(-1)).toBe('forget id0 /api/v1/uploads/u1');
  });

  it('resumes after a reload and waits for missing files', () => {
    const { queue, add, calls, call, stages } = setUp();
    const left = { visibility: 'private', album: null, sha256: null, url: '/u/1' } as const;
    const marks = (one: File) => ({
      name: one.name,
      size: one.size,
      lastModified: one.lastModified,
    });
    const lost = file('lost.jpg', 'lost');
    const held = file('held.jpg', 'held');
    queue.resume([
      { ...left, ...marks(lost), id: 'a', file: null },
      { ...left, ...marks(held), id: 'b', file: held },
    ]);
    expect(stages()).toEqual(['missing', 'hashing']);
    expect(call(0).item).toMatchObject({ name: 'held.jpg', url: '/u/1', visibility: 'private' });
    add([lost, file('new.jpg')]);
    expect(queue.getItems().map((item) => item.name)).toEqual(['lost.jpg', 'held.jpg', 'new.jpg']);
    expect(calls.map((c) => [c.item.name, c.item.url])).toEqual([
      ['held.jpg', '/u/1'],
      ['lost.jpg', '/u/1'],
      ['new.jpg', null],
    ]);
  });

  it('drops everything on clear but keeps the records', async () => {
    const { queue, add, calls, call } = setUp();
    add(files(5));
    queue.clear();
    call(0).answer(makePhoto());
    await settle();
    expect(queue.getItems()).toEqual([]);
    expect(calls).toHaveLength(3);
  });
});

it('measures its pace from the third file on', async () => {
  const { queue, add, call, clock } = setUp();
  add(files(5));
  for (const [index, at] of [1_000, 3_000, 4_000].entries()) {
    expect(queue.paceMs()).toBeNull();
    clock.now = at;
    call(index).answer(makePhoto({ id: `p${index}`, ...rendered }));
    await settle();
  }
  expect(queue.paceMs()).toBe(1_500);
});
