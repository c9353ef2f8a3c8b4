import { expect, it } from 'vitest';
import { hrefs, safeNext } from './routes';

it('comes back to where one was', () => {
  const href = hrefs.signIn('/p/1');
  expect(safeNext(href.slice(href.indexOf('?')))).toBe('/p/1');
});

it.each(['?next=//evil.example', '?next=https://evil.example', '?next=/\\evil.example', ''])(
  'never leaves the site by %j',
  (search) => {
    expect(safeNext(search)).toBe('/');
  },
);
