import type { FieldError, ProblemBody } from './types';

/**
 * An error response (RFC 9457). The app switches on `code`; `status` is 0 if there was no response.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: FieldError[];
  /** Offset of the parse error (`bad_query`), in characters from 0. */
  readonly position: number | null;
  /** When to retry (429, 503), in milliseconds since the epoch. */
  readonly retryAt: number | null;

  constructor(fields: {
    code: string;
    status: number;
    detail?: string;
    requestId?: string | null;
    errors?: FieldError[];
    position?: number | null;
    retryAt?: number | null;
  }) {
    super(fields.detail || fields.code);
    this.code = fields.code;
    this.status = fields.status;
    this.detail = fields.detail ?? '';
    this.requestId = fields.requestId ?? null;
    this.errors = fields.errors ?? [];
    this.position = fields.position ?? null;
    this.retryAt = fields.retryAt ?? null;
  }

  /** Whether a retry may succeed. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const networkProblem = (): ApiProblem => new ApiProblem({ code: 'network', status: 0 });

function isProblemBody(body: unknown): body is ProblemBody {
  return (
    typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
  );
}

type HeaderReader = { get(name: string): string | null };

/** Parse an error response; a proxy's HTML page or an empty body becomes `http_<status>`. */
export function problemFrom(
  status: number,
  body: unknown,
  headers: HeaderReader,
  now = Date.now(),
): ApiProblem {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const shared = {
    status,
    requestId: headers.get('x-request-id'),
    retryAt: Number.isFinite(seconds) ? now + seconds * 1000 : null,
  };
  if (!isProblemBody(body)) return new ApiProblem({ ...shared, code: `http_${status}` });
  return new ApiProblem({
    ...shared,
    code: body.code,
    detail: body.detail,
    requestId: body.request_id ?? shared.requestId,
    errors: body.errors ?? [],
    position: typeof body.position === 'number' ? body.position : null,
  });
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    code: 'client_error',
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  });
}
