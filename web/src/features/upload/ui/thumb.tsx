import { Copy, ImageIcon, TriangleAlert } from 'lucide-react';
import { placeholderImage } from '@/shared/grid';
import { photoOf, type UploadItem } from '../queue/item';
import { useFilePicture } from './use-file-picture';

/** The photo's thumbnail, or the local file's image while there is none. */
export function Thumb({ item }: { item: UploadItem }) {
  const photo = photoOf(item);
  const { name } = item.stage;
  const failed = name === 'failed';
  const own = useFilePicture(failed && !photo?.urls.thumb ? item.file : null);
  const source = photo?.urls.thumb ?? own.source;
  const Icon = name === 'failed' ? TriangleAlert : name === 'duplicate' ? Copy : ImageIcon;
  return (
    <div
      className="relative flex size-14 shrink-0 items-center justify-center overflow-hidden rounded-photo bg-sunken bg-cover text-muted"
      style={{ backgroundImage: placeholderImage(photo?.thumbhash ?? null) }}
    >
      {source ? (
        <img
          src={source}
          alt=""
          width={56}
          height={56}
          decoding="async"
          className="size-full object-cover"
          onError={own.onError}
        />
      ) : (
        <Icon aria-hidden size={20} className={failed ? 'text-reject' : ''} />
      )}
      {source && failed && (
        <span className="stage absolute end-0 bottom-0 flex size-5 items-center justify-center rounded-photo">
          <TriangleAlert aria-hidden size={14} className="text-reject" />
        </span>
      )}
    </div>
  );
}
