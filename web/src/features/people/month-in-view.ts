import { type RefObject, useEffect, useState } from 'react';
import type { Photo } from '@/shared/api';
import { type Month, monthOf } from './months';

/** Wait for scrolling to settle. */
const settleMs = 120;

/** Id of the first photo below the window's top edge. */
function firstInView(box: HTMLElement, below: number): string | null {
  for (const link of box.querySelectorAll('a[data-index]')) {
    if (link.getBoundingClientRect().bottom > below) {
      return link.getAttribute('href')?.split('/').at(-1) ?? null;
    }
  }
  return null;
}

/** The month on screen, among `months`; null at the top of the list. */
export function useMonthInView(
  box: RefObject<HTMLElement | null>,
  photos: Photo[],
  months: Month[],
): Month | null {
  const [id, setId] = useState<string | null>(null);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      const bar = document.querySelector('header:has(search)')?.clientHeight ?? 0;
      if (box.current) setId(window.scrollY === 0 ? null : firstInView(box.current, bar));
    };
    const onScroll = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, settleMs);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('scroll', onScroll);
    };
  }, [box]);
  const photo = id ? photos.find((each) => each.id === id) : undefined;
  return photo ? monthOf(months, photo.created_at) : null;
}
