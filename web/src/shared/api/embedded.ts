/**
 * Responses that the gateway embeds in the HTML, so that the first page needs no request. Each is
 * used once and expires soon.
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

/** API address of a page's first data; as in the gateway's first_page.py. */
export function firstAddress({ pathname, search }: Location): string | null {
  if (pathname === '/') return feeds[search] ?? null;
  const [, id] = /^\/p\/([0-9a-f-]{36})$/.exec(pathname) ?? [];
  return id ? `/api/v1/photos/${id}` : null;
}

/** Whether the HTML embeds the response of this GET (path and query). */
export const hasEmbedded = (address: string): boolean => blockOf(address) !== null;

/** Read an embedded response without consuming it; null if there is none. */
export function peekEmbedded<T>(address: string): T | null {
  const block = blockOf(address);
  return block ? (JSON.parse(block.textContent ?? '') as T) : null;
}

/** Consume an embedded response. */
export function consumeEmbedded(address: string): string | null {
  const block = blockOf(address);
  block?.remove();
  return block?.textContent ?? null;
}

/** `fetch` that uses embedded responses first. */
export async function fetchOrEmbedded(request: Request): Promise<Response> {
  if (request.method === 'GET') {
    const { pathname, search } = new URL(request.url);
    const body = consumeEmbedded(pathname + search);
    if (body !== null)
      return new Response(body, { headers: { 'Content-Type': 'application/json' } });
  }
  return fetch(request);
}
