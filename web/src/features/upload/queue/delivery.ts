import { fetchPhoto } from '@/entities/photo';
import { ApiProblem, type Photo } from '@/shared/api';
import { sendFile } from '@/shared/api/upload';
import { sha256Of } from './hashing';
import type { UploadItem } from './item';
import type { DeliveryReport } from './queue';
import { retryDelay, waitFor } from './retry';

function metadataOf(item: UploadItem, sha256: string | null): Record<string, string> {
  return {
    filename: item.name,
    visibility: item.visibility,
    ...(item.album && { album_id: item.album.id }),
    ...(sha256 && { sha256 }),
  };
}

const isRefusal = (error: unknown) =>
  error instanceof ApiProblem && error.status >= 400 && error.status < 500;

/**
 * Upload one file: hash it, start or resume the upload, fetch the photo. Interrupted and
 * rate-limited uploads resume automatically from the last byte. See docs/decisions/0023.
 */
export async function deliver(
  item: UploadItem & { file: File },
  report: DeliveryReport,
  signal: AbortSignal,
): Promise<Photo> {
  let { sha256, url } = item;
  if (!sha256) {
    report.stage({ name: 'hashing' });
    sha256 = await sha256Of(item.file);
    report.progress({ sha256 });
  }
  let share = 0;
  for (let failures = 0; ; ) {
    try {
      report.stage({ name: 'sending', share });
      const sent = await sendFile(item.file, {
        url,
        metadata: metadataOf(item, sha256),
        signal,
        onBegun: (begun) => {
          url = begun;
          report.progress({ url });
        },
        onProgress: (next) => {
          if (next > share) failures = 0;
          share = next;
          report.stage({ name: 'sending', share });
        },
      });
      const photo = await fetchPhoto(sent.photoId);
      return sent.duplicate ? { ...photo, duplicate: true } : photo;
    } catch (error) {
      const wait = error instanceof ApiProblem ? retryDelay(error, failures) : null;
      if (signal.aborted) throw error;
      if (wait === null) {
        // The server discards the upload of a refused file.
        if (isRefusal(error)) report.progress({ url: null });
        throw error;
      }
      failures += 1;
      report.stage({ name: 'waiting', share, why: wait.why });
      await waitFor(wait.ms, signal);
    }
  }
}
