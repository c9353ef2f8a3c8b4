/** Hashes files one by one, so that only one is in memory. */
let turn: Promise<void> = Promise.resolve();

async function hash(key: number, file: File): Promise<void> {
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
    self.postMessage({ key, sha256: hex.join('') });
  } catch {
    // The file was moved or changed since it was selected.
    self.postMessage({ key, sha256: null });
  }
}

self.onmessage = ({ data }: MessageEvent<{ key: number; file: File }>) => {
  turn = turn.then(() => hash(data.key, data.file));
};
