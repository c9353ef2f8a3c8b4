import {
  ArrowDownToLine,
  ArrowLeft,
  ArrowRight,
  ArrowUpToLine,
  Image,
  Move,
  X,
} from 'lucide-react';
import type { DragEvent } from 'react';
import type { Photo } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { text } from '@/shared/i18n/albums';
import { ActionMenu } from '@/shared/ui/layers/action-menu';
import { nameOf } from '../mutations';

type Props = {
  photo: Photo;
  index: number;
  count: number;
  cover: boolean;
  dragged: boolean;
  /** The side on which a dropped photo would be inserted. */
  mark: 'before' | 'after' | null;
  onMove: (to: number) => void;
  onCover: () => void;
  onTakeOut: () => void;
  onDragStart: () => void;
  onDragTo: (to: number) => void;
};

const marks = {
  before: 'before:absolute before:inset-y-0 before:-start-2 before:w-1 before:bg-accent',
  after: 'after:absolute after:inset-y-0 after:-end-2 after:w-1 after:bg-accent',
} as const;

/** A photo to drag by its image, or to move by its menu without a pointer. */
export function ArrangedPhoto(props: Props) {
  const { photo, index, count } = props;
  const name = nameOf(photo);
  const onDragOver = (event: DragEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    props.onDragTo(event.clientX < left + width / 2 ? index : index + 1);
  };
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', name);
    props.onDragStart();
  };
  const actions = [
    { label: text.toFront, icon: ArrowUpToLine, disabled: index === 0, to: 0 },
    { label: text.earlier, icon: ArrowLeft, disabled: index === 0, to: index - 1 },
    { label: text.later, icon: ArrowRight, disabled: index === count - 1, to: index + 1 },
    { label: text.toEnd, icon: ArrowDownToLine, disabled: index === count - 1, to: count - 1 },
  ].map(({ to, ...action }) => ({ ...action, onSelect: () => props.onMove(to) }));
  return (
    <li
      draggable
      onDragStart={onDragStart}
      onDragOver={onDragOver}
      className={`relative cursor-grab ${props.mark ? marks[props.mark] : ''} ${props.dragged ? 'opacity-40' : ''}`}
    >
      <div
        className="aspect-square overflow-hidden rounded-photo bg-center bg-cover bg-sunken"
        style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
      >
        {photo.urls.thumb && (
          <img
            src={photo.urls.thumb}
            alt={photo.alt_text || name}
            draggable={false}
            loading="lazy"
            decoding="async"
            className="size-full object-cover"
          />
        )}
      </div>
      <span className="stage absolute bottom-1 start-1 flex items-center gap-1 rounded-chip bg-caption! px-2 py-0.5 text-12 tabular-nums">
        {props.cover && <Image role="img" aria-label={text.coverMark} size={12} />}
        {text.place(index + 1, count)}
      </span>
      <ActionMenu
        label={text.menu(name)}
        icon={Move}
        className="stage absolute! top-1 end-1 bg-caption!"
        actions={[
          ...actions,
          { label: text.makeCover, icon: Image, disabled: props.cover, onSelect: props.onCover },
          { label: text.takeOut, icon: X, onSelect: props.onTakeOut },
        ]}
      />
    </li>
  );
}
