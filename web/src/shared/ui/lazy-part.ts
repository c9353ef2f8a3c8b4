import { lazy, useEffect } from 'react';

const connection = () =>
  new Promise<void>((resolve) => {
    window.addEventListener('online', () => resolve(), { once: true });
  });

/** Fetches code ahead of its use; what fails now is fetched when it is needed. */
export const fetchAhead = (load: () => Promise<unknown>): void =>
  void load().catch(() => undefined);

/** Fetches code ahead once the page has been there for `ms`: by then nothing else waits for the line. */
export function useFetchedAhead(load: () => Promise<unknown>, ms: number, wanted = true): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => fetchAhead(load), ms);
    return () => clearTimeout(timer);
  }, [load, ms, wanted]);
}

/**
 * `lazy` for the parts of the app that are fetched when they are first shown. Without a connection
 * they come as soon as there is one: React would keep the failure until the page is loaded anew.
 */
export const lazyPart: typeof lazy = (load) =>
  lazy(async () => {
    for (;;) {
      try {
        return await load();
      } catch (error) {
        if (navigator.onLine) throw error;
        await connection();
      }
    }
  });
