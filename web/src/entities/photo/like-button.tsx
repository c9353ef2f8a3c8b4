import { Heart } from 'lucide-react';
import { useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Button, QueuedMark } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { rememberLike, useLike } from './likes';

type Props = {
  photo: Photo;
  /** Whether the key `l` likes this photo; off where a page shows several. */
  keyed?: boolean;
};

export function LikeButton({ photo, keyed = true }: Props) {
  const { user } = useSession();
  const [here, navigate] = useLocation();
  const like = useLike(photo.id);
  const toggle = () => {
    if (user) return like.toggleTo(!photo.liked);
    rememberLike(photo.id);
    navigate(hrefs.signIn(here));
  };
  useKeys(keyed ? { l: toggle } : {});
  const label = photo.liked ? t.photoPage.liked : t.photoPage.like;
  return (
    <Button
      look="quiet"
      className="-ms-3 self-start px-3! text-13! tabular-nums"
      aria-label={label(photo.like_count)}
      aria-pressed={photo.liked}
      onClick={toggle}
    >
      <Heart aria-hidden size={18} className={photo.liked ? 'fill-text text-text' : ''} />
      {t.photoPage.likes(photo.like_count)}
      {like.waits && <QueuedMark />}
    </Button>
  );
}
