/**
 * Answers that the gateway put into the page, so that it need not ask for what it shows first. Each
 * is used once and soon: afterwards the server is asked.
 */
const usableMs = 15_000;

function blockOf(address: string): Element | null {
  if (performance.now() > usableMs) return null;
  return document.querySelector(`script[data-answer="${CSS.escape(address)}"]`);
}

const feeds: Record<string, string> = {
  '': '/api/v1/photos?limit=60',
  '?show=popular': '/api/v1/photos?sort=liked&limit=60',
};

/** What a page shows first, by the address that it would be asked for; as in gateway/first_page.py. */
export function firstAddress({ pathname, search }: Location): string | null {
  if (pathname === '/') return feeds[search] ?? null;
  const [, id] = /^\/p\/([0-9a-f-]{36})$/.exec(pathname) ?? [];
  return id ? `/api/v1/photos/${id}` : null;
}

/** Whether a GET of `address` (path and query) is answered without the server. */
export const carries = (address: string): boolean => blockOf(address) !== null;

/** The answer to a GET of `address`, which stays where it is; null when the page carries none. */
export function peekEmbedded<T>(address: string): T | null {
  const block = blockOf(address);
  return block ? (JSON.parse(block.textContent ?? '') as T) : null;
}

/** The body of that answer, to be used this once. */
export function takeEmbedded(address: string): string | null {
  const block = blockOf(address);
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
