import { networkProblem, problemFrom } from './problem';
import type { Photo, Visibility } from './types';

export type SendOptions = {
  visibility: Visibility;
  /** Share of the bytes that have left, 0..1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Stores one file. XMLHttpRequest because fetch does not report how much has been sent. */
export function sendPhoto(file: File, options: SendOptions): Promise<Photo> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    // The fields precede the file, so that the server knows them before the long part.
    form.append('visibility', options.visibility);
    form.append('file', file, file.name);
    request.open('POST', '/api/v1/photos');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parseJson(request.responseText);
      if (request.status >= 200 && request.status < 300 && body) {
        resolve(body as Photo);
      } else {
        reject(
          problemFrom(request.status, body, { get: (name) => request.getResponseHeader(name) }),
        );
      }
    };
    request.onerror = () => reject(networkProblem());
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    options.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
