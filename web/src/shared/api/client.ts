import createClient from 'openapi-fetch';
import { fetchOrEmbedded } from './embedded';
import { networkProblem, problemFrom } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({
  baseUrl: '/',
  credentials: 'same-origin',
  fetch: fetchOrEmbedded,
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Return the body of a success; throws `ApiProblem` otherwise. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw networkProblem();
  }
  if (!answer.response.ok) {
    throw problemFrom(answer.response.status, answer.error, answer.response.headers);
  }
  return answer.data as T;
}
