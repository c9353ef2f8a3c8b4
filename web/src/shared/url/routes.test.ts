import { expect, it } from 'vitest';
import { hrefs, readFeedTab, readSearch, safeNext } from './routes';

it('returns to the previous page', () => {
  const href = hrefs.signIn('/p/1');
  expect(safeNext(href.slice(href.indexOf('?')))).toBe('/p/1');
});

it.each(['?next=//evil.example', '?next=https://evil.example', '?next=/\\evil.example', ''])(
  'never leaves the site by %j',
  (search) => {
    expect(safeNext(search)).toBe('/');
  },
);

it('round-trips any search through the address', () => {
  const search = { q: 'a+b & "c d" #e %20', sort: 'liked' } as const;
  const href = hrefs.explore(search);
  expect(readSearch(href.slice(href.indexOf('?')))).toEqual(search);
  expect(hrefs.explore({ q: '', sort: 'new' })).toBe('/explore');
});

it("keeps the feed's tab in the address", () => {
  const href = hrefs.feed('popular');
  expect(readFeedTab(href.slice(href.indexOf('?')))).toBe('popular');
  expect(hrefs.feed('recent')).toBe('/');
  expect(readFeedTab('?show=nonsense')).toBe('recent');
});
