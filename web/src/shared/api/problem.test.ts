import { describe, expect, it } from 'vitest';
import { problemText } from '@/shared/i18n';
import { ApiProblem, networkProblem, problemFrom } from './problem';

const body = {
  type: 'about:blank',
  title: 'The file is too large',
  status: 413,
  detail: '180 MiB of at most 100.',
  code: 'too_large',
  request_id: 'r1',
};

describe('problemFrom', () => {
  it('parses a problem document', () => {
    const problem = problemFrom(413, body, new Headers());
    expect(problem).toMatchObject({ code: 'too_large', status: 413, requestId: 'r1', errors: [] });
    expect(problem.transient).toBe(false);
  });

  it('keeps the offset of a search error', () => {
    const problem = problemFrom(422, { ...body, code: 'bad_query', position: 5 }, new Headers());
    expect(problem.position).toBe(5);
  });

  it("derives a code from a proxy's status and keeps the header's request id", () => {
    const problem = problemFrom(502, '<html>', new Headers({ 'x-request-id': 'r2' }));
    expect(problem).toMatchObject({ code: 'http_502', requestId: 'r2' });
    expect(problem.transient).toBe(true);
  });

  it('converts Retry-After to a point in time', () => {
    const problem = problemFrom(429, body, new Headers({ 'retry-after': '30' }), 1_000);
    expect(problem.retryAt).toBe(31_000);
  });
});

describe('problemText', () => {
  it("uses the app's text for a known code", () => {
    expect(problemText(problemFrom(413, body, new Headers()))).toBe(
      'The file is larger than 100 MiB.',
    );
  });

  it("falls back to the server's text, then to a general one", () => {
    expect(problemText(new ApiProblem({ code: 'new', status: 409, detail: 'Odd.' }))).toBe('Odd.');
    expect(problemText(new ApiProblem({ code: 'http_502', status: 502 }))).toContain('Try again');
  });

  it('reports a missing response', () => {
    expect(problemText(networkProblem())).toContain('cannot be reached');
  });
});
