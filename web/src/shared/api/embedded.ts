/**
 * Answers that the gateway put into the page, so that it need not ask for what it shows first. Each
 * is used once and soon: afterwards the server is asked.
 */
const usableMs = 15_000;

/** The body of the answer to a GET of `address` (path and query); null when the page carries none. */
export function takeEmbedded(address: string): string | null {
  if (performance.now() > usableMs) return null;
  const block = document.querySelector(`script[data-answer="${CSS.escape(address)}"]`);
  block?.remove();
  return block?.textContent ?? null;
}

/** `fetch`, which looks into the page first. */
export async function fetchOrTake(request: Request): Promise<Response> {
  if (request.method === 'GET') {
    const { pathname, search } = new URL(request.url);
    const body = takeEmbedded(pathname + search);
    if (body !== null)
      return new Response(body, { headers: { 'Content-Type': 'application/json' } });
  }
  return fetch(request);
}
