import { MessageCircle } from 'lucide-react';
import type { CSSProperties } from 'react';
import { Link } from 'wouter';
import { LikeButton } from '@/entities/photo';
import { inOrder, TagChip } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { placeholderImage, sources } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Avatar } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

const shownTags = 5;

type Props = {
  photo: Photo;
  /** Whether it is on the first screen and loads eagerly. */
  eager: boolean;
  /** Stores the reader's position before leaving the list. */
  onOpen: () => void;
};

/** One photo of the following feed in full width. */
export function FeedItem({ photo, eager, onOpen }: Props) {
  const { owner } = photo;
  // Never taller than the window.
  const ratio = Math.max(photo.width / photo.height, 0.6);
  const state = { fromList: true, list: { feed: 'following' } };
  return (
    <article data-photo={photo.id} tabIndex={-1} className="flex flex-col gap-3 scroll-mt-4">
      <div className="flex items-center justify-between gap-3 text-13">
        <Link
          href={hrefs.profile(owner.username)}
          className="inline-flex min-w-0 items-center gap-2 rounded-control font-medium hover:underline"
        >
          <Avatar person={owner} size={28} />
          <span className="truncate">{owner.display_name}</span>
        </Link>
        <time dateTime={photo.created_at} className="shrink-0 text-12 text-muted">
          {t.photo.on(photo.created_at)}
        </time>
      </div>
      <Link
        href={hrefs.photo(photo.id)}
        state={state}
        aria-label={t.people.feed.open(owner.display_name)}
        className="block overflow-hidden rounded-photo bg-cover bg-sunken max-md:-mx-(--gutter) max-md:rounded-none md:w-[min(100%,calc(82svh*var(--ratio)))]"
        style={
          {
            '--ratio': ratio,
            aspectRatio: ratio,
            backgroundImage: placeholderImage(photo.thumbhash),
          } as CSSProperties
        }
        onClick={onOpen}
      >
        {photo.urls.preview && (
          <img
            src={photo.urls.preview}
            srcSet={sources(photo)}
            sizes="(width >= 680px) 680px, 100vw"
            alt={photo.alt_text || photo.title}
            width={photo.width}
            height={photo.height}
            loading={eager ? 'eager' : 'lazy'}
            decoding="async"
            className="size-full object-cover"
          />
        )}
      </Link>
      {(photo.title || photo.description) && (
        <p className="max-w-[68ch]">
          {photo.title && <span className="font-medium">{photo.title} </span>}
          <span className="text-muted">{photo.description}</span>
        </p>
      )}
      {photo.tags.length > 0 && (
        <ul aria-label={t.people.feed.tags} className="flex flex-wrap gap-1.5">
          {inOrder(photo.tags)
            .slice(0, shownTags)
            .map((tag) => (
              <li key={tag.label}>
                <TagChip tag={tag} small />
              </li>
            ))}
        </ul>
      )}
      <div className="flex items-center gap-2">
        <LikeButton photo={photo} keyed={false} />
        <Link
          href={hrefs.photo(photo.id)}
          state={state}
          onClick={onOpen}
          className="inline-flex h-10 items-center gap-2 rounded-control px-3 font-medium text-13 text-muted tabular-nums hover:bg-sunken hover:text-text"
        >
          <MessageCircle aria-hidden size={18} />
          {t.people.feed.comments(photo.comment_count)}
        </Link>
      </div>
    </article>
  );
}
