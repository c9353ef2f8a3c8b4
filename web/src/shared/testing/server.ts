import { HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

/** The API as a test defines it, request by request; a request without a handler fails the test. */
export const server = setupServer();

type ProblemFields = { detail?: string; request_id?: string; position?: number };

/** A refusal in the API's own form (RFC 9457). */
export const problem = (status: number, code: string, fields: ProblemFields = {}) =>
  HttpResponse.json(
    { type: 'about:blank', title: code, status, code, detail: '', ...fields },
    {
      status,
    },
  );
