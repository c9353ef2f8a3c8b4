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
    // Upload without hashes: duplicates are then detected only after sending.
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
    worker = null;
  };
  return started;
}

/**
 * SHA-256 of a file in hex, computed in a worker. Null without Web Crypto, which requires https or
 * localhost.
 */
export function sha256Of(file: File): Promise<string | null> {
  if (!window.isSecureContext) return Promise.resolve(null);
  worker ??= start();
  const key = nextKey++;
  worker.postMessage({ key, file });
  return new Promise((resolve) => waiting.set(key, resolve));
}
