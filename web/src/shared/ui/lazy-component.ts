import { lazy, useEffect } from 'react';

const connection = () =>
  new Promise<void>((resolve) => {
    window.addEventListener('online', () => resolve(), { once: true });
  });

/** Preload a chunk; a failure is ignored, because its use loads it again. */
export const preload = (load: () => Promise<unknown>): void => void load().catch(() => undefined);

/** Preload a chunk once the page has been open for `ms` and the connection is idle. */
export function usePreload(load: () => Promise<unknown>, ms: number, wanted = true): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => preload(load), ms);
    return () => clearTimeout(timer);
  }, [load, ms, wanted]);
}

/**
 * `lazy` that waits for the connection when offline: React would cache the failure until a reload.
 */
export const lazyComponent: typeof lazy = (load) =>
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
