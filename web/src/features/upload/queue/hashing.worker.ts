/** Hashes one file after the other, so that no more than one is in memory. */
let turn: Promise<void> = Promise.resolve();

async function hash(key: number, file: File): Promise<void> {
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
    self.postMessage({ key, sha256: hex.join('') });
  } catch {
    // A file that was moved or changed since it was chosen.
    self.postMessage({ key, sha256: null });
  }
}

self.onmessage = ({ data }: MessageEvent<{ key: number; file: File }>) => {
  turn = turn.then(() => hash(data.key, data.file));
};
