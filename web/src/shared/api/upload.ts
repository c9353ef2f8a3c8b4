import { type DetailedError, Upload } from 'tus-js-client';
import { ApiProblem, networkProblem, problemFrom } from './problem';
import { watchSilence } from './silence';

export type SendOptions = {
  /** Address of the upload to resume; null starts a new one. */
  url: string | null;
  /** Upload metadata: `filename`, `visibility`, `album_id`, `sha256`. */
  metadata: Record<string, string>;
  /** Called with the upload's address, which the server keeps for a day. */
  onBegun: (url: string) => void;
  /** Share of the bytes sent, 0..1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

export type Sent = { photoId: string; duplicate: boolean };

const endpoint = '/api/v1/uploads';
/** Well above the time to flush a slow connection's buffers and to store a large file. */
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
 * Send one file by tus, from the server's offset. Files that the user already has (by
 * `metadata.sha256`) are not sent. Tries once: `ApiProblem` says why it failed, and a call with the
 * same `url` resumes.
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
        watch.activity();
        if (answer.getStatus() === 201) known = answer.getHeader('Photo-Id') ?? null;
      },
      onUploadUrlAvailable: () => {
        if (known) {
          // Delete the upload on the server; it would expire in a day.
          upload.abort(true).catch(() => undefined);
          resolve({ photoId: known, duplicate: true });
        } else if (upload.url) {
          options.onBegun(upload.url);
        }
      },
      onProgress: (sent, total) => {
        watch.activity();
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

/** Delete an unfinished upload on the server. */
export const forgetUpload = (url: string): Promise<void> => Upload.terminate(url);
