import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '@/shared/i18n';
import { Button, IconButton } from '@/shared/ui';
import { failureList, saveText } from '../queue/failure-list';
import { summarise, type UploadItem } from '../queue/item';
import { queue, useUploads } from '../store';
import { MissingFilePicker } from './file-picker';
import { TrayAnnouncer } from './tray-announcer';
import { rowHeight, TrayRow } from './tray-row';

const shownRows = 3.5;

/** The upload tray, shown on every page until it is cleared. */
export default function Tray() {
  const items = useUploads();
  const [open, setOpen] = useState(true);
  if (items.length === 0) return null;
  const { all, done, failed, retriable, missing, moving } = summarise(items);
  return (
    <section
      aria-label={t.upload.tray}
      className="fixed end-3 bottom-[calc(var(--bottom-bar)+12px)] z-30 flex w-[min(376px,calc(100vw-24px))] flex-col overflow-hidden rounded-control border border-line bg-surface shadow-layer"
    >
      <header className="flex items-center gap-2 py-2 pe-2 ps-4">
        <h2 className="font-bold text-13">{t.upload.tray}</h2>
        <p className="flex-1 truncate text-13 text-muted tabular-nums">
          {t.upload.summary(done, all)}
          {failed > 0 && <span className="text-reject">{` · ${t.upload.failures(failed)}`}</span>}
        </p>
        <IconButton
          icon={open ? ChevronDown : ChevronUp}
          label={open ? t.upload.hide : t.upload.show}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
        {moving === 0 && missing === 0 && (
          <IconButton icon={X} label={t.upload.dismiss} onClick={() => queue.dismiss()} />
        )}
      </header>
      <div aria-hidden className="h-0.5 bg-sunken">
        <div
          className="h-full origin-left bg-accent rtl:origin-right transition-transform motion-reduce:transition-none"
          style={{ transform: `scaleX(${all ? (done + failed) / all : 0})` }}
        />
      </div>
      {open && <Rows items={items} />}
      {open && missing > 0 && <Unfinished count={missing} />}
      {open && failed > 1 && <Failures items={items} canRetry={retriable > 1} />}
      <TrayAnnouncer items={items} />
    </section>
  );
}

/** Asks for the files of uploads that a reload interrupted. */
const Unfinished = ({ count }: { count: number }) => (
  <div className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-2">
    <p className="basis-full text-13">{t.upload.unfinished(count)}</p>
    <MissingFilePicker />
    <Button small look="quiet" onClick={() => queue.remove()}>
      {t.upload.dropUnfinished}
    </Button>
  </div>
);

const Failures = ({ items, canRetry }: { items: UploadItem[]; canRetry: boolean }) => (
  <footer className="flex flex-wrap gap-2 border-line border-t px-4 py-2">
    {canRetry && (
      <Button small onClick={() => queue.retry()}>
        {t.upload.retryAll}
      </Button>
    )}
    <Button small look="quiet" onClick={() => saveText(failureList(items), t.upload.exportName)}>
      {t.upload.exportList}
    </Button>
  </footer>
);

/** Virtualised: ten thousand files are an ordinary folder. */
function Rows({ items }: { items: UploadItem[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 3,
  });
  const count = useRef(0);
  useEffect(() => {
    // Scroll to new files, which are appended.
    if (items.length > count.current && count.current > 0) {
      virtualizer.scrollToIndex(count.current);
    }
    count.current = items.length;
  }, [items.length, virtualizer]);
  // Running uploads come before the first queued one.
  const firstQueued = items.findIndex(({ stage }) => stage.name === 'queued');
  const height = Math.min(items.length, shownRows) * rowHeight;
  return (
    <div ref={frame} className="overflow-y-auto" style={{ height: `min(${height}px, 50vh)` }}>
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((row) => {
          const item = items[row.index];
          return item ? (
            <TrayRow
              key={item.key}
              item={item}
              top={row.start}
              position={row.index + 1}
              setSize={items.length}
              ahead={row.index - firstQueued}
            />
          ) : null;
        })}
      </ul>
    </div>
  );
}
