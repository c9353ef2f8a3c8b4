type Answer = { key: number; sha256: string | null };

let worker: Worker | null = null;
let nextKey = 1;
const waiting = new Map<number, (sha256: string | null) => void>();

function start(): Worker {
  const started = new Worker(new URL('./hashing.worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.key)?.(data.sha256);
    waiting.delete(data.key);
  };
  started.onerror = () => {
    // Without it uploads go on: only duplicates are then found after they were sent.
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
    worker = null;
  };
  return started;
}

/**
 * The SHA-256 of a file in hex, away from the page's thread. Null where the browser can't tell it:
 * over plain http on another host it has no cryptography.
 */
export function sha256Of(file: File): Promise<string | null> {
  if (!window.isSecureContext) return Promise.resolve(null);
  worker ??= start();
  const key = nextKey++;
  worker.postMessage({ key, file });
  return new Promise((resolve) => waiting.set(key, resolve));
}
