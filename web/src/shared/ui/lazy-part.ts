import { lazy } from 'react';

const connection = () =>
  new Promise<void>((resolve) => {
    window.addEventListener('online', () => resolve(), { once: true });
  });

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
