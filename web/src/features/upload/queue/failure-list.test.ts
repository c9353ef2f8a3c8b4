import { expect, it } from 'vitest';
import { failureList } from './failure-list';
import type { UploadItem } from './item';

const item = (name: string, stage: UploadItem['stage']): UploadItem => ({
  key: 1,
  id: 'a',
  file: null,
  name,
  size: 12,
  lastModified: 0,
  visibility: 'public',
  album: null,
  sha256: null,
  url: null,
  stage,
});

it('lists failures with quoting and without spreadsheet formulas', () => {
  const stage = {
    name: 'failed',
    code: 'x',
    detail: 'Say "no".',
    requestId: 'r1',
    photo: null,
  } as const;
  expect(failureList([item('good.jpg', { name: 'queued' }), item('=1+1,2.jpg', stage)])).toBe(
    'file,bytes,code,reason,request\r\n"\'=1+1,2.jpg",12,x,"Say ""no"".",r1\r\n',
  );
});
