import { type DetailedError, Upload } from 'tus-js-client';
import { ApiProblem, networkProblem, problemFrom } from './problem';
import { watchSilence } from './silence';

export type SendOptions = {
  /** Where the upload was begun before; null begins a new one. */
  url: string | null;
  /** What the server shall know of the photo: `filename`, `visibility`, `album_id`, `sha256`. */
  metadata: Record<string, string>;
  /** The server keeps what arrives at this address for a day. */
  onBegun: (url: string) => void;
  /** Share of the bytes that have left, 0..1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

export type Sent = { photoId: string; duplicate: boolean };

const endpoint = '/api/v1/uploads';
/** Well above what a slow line takes for its buffers, and a busy server to store a large file. */
const silenceMs = 120_000;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asApiProblem(error: Error | DetailedError): Error {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (answer) {
    const headers = { get: (name: string) => answer.getHeader(name) ?? null };
    return problemFrom(answer.getStatus(), parseJson(answer.getBody()), headers);
  }
  return 'originalRequest' in error ? networkProblem() : error;
}

/**
 * Sends one file by tus, from where the server stands; bytes that the user's own photos hold
 * already (by `metadata.sha256`) are not sent. It tries once: `ApiProblem` says why it broke off,
 * and another call with the same `url` goes on.
 */
export function sendFile(file: File, options: SendOptions): Promise<Sent> {
  let end = () => {};
  return new Promise<Sent>((resolve, reject) => {
    let known: string | null = null;
    const upload = new Upload(file, {
      endpoint,
      uploadUrl: options.url,
      metadata: options.metadata,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onAfterResponse: (_request, answer) => {
        watch.heard();
        if (answer.getStatus() === 201) known = answer.getHeader('Photo-Id') ?? null;
      },
      onUploadUrlAvailable: () => {
        if (known) {
          // Forgets the upload at the server, too; what is left of it ends by itself in a day.
          upload.abort(true).catch(() => undefined);
          resolve({ photoId: known, duplicate: true });
        } else if (upload.url) {
          options.onBegun(upload.url);
        }
      },
      onProgress: (sent, total) => {
        watch.heard();
        options.onProgress(total ? sent / total : 0);
      },
      onSuccess: ({ lastResponse }) => {
        const photoId = lastResponse.getHeader('Photo-Id');
        if (photoId) {
          resolve({ photoId, duplicate: lastResponse.getHeader('Photo-Duplicate') === 'true' });
        } else {
          reject(new ApiProblem({ code: 'unknown', status: lastResponse.getStatus() }));
        }
      },
      onError: (error) => reject(asApiProblem(error)),
    });
    const watch = watchSilence(silenceMs, () => {
      void upload.abort();
      reject(networkProblem());
    });
    end = watch.stop;
    options.signal.addEventListener(
      'abort',
      () => {
        void upload.abort();
        reject(new DOMException('The upload was cancelled.', 'AbortError'));
      },
      { once: true },
    );
    upload.start();
  }).finally(() => end());
}

/** Tells the server to let go of an unfinished upload's bytes. */
export const forgetUpload = (url: string): Promise<void> => Upload.terminate(url);
