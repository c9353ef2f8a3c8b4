import { useEffect, useRef, useState } from 'react';
import { labelTexts } from '@/features/tags';
import { codeText, t } from '@/shared/i18n';
import { nearDuplicatesOf, type UploadItem } from '../queue/item';

/** Announce one sentence at a time, at most every five seconds. */
const quietMs = 5_000;

function sentenceOf(item: UploadItem): string | null {
  const { stage, name } = item;
  if (stage.name === 'tagged') {
    const alike = nearDuplicatesOf(item).length;
    const tags = t.tags.announceFor(name, labelTexts(stage.photo.tags));
    return alike > 0 ? `${tags} ${t.upload.alike(alike)}.` : tags;
  }
  if (stage.name === 'failed') return `${name}: ${codeText(stage.code, stage.detail)}`;
  if (stage.name === 'duplicate') return `${name}: ${t.upload.duplicate(stage.photo.created_at)}`;
  return null;
}

export function TrayAnnouncer({ items }: { items: UploadItem[] }) {
  const [text, setText] = useState('');
  const announced = useRef(new Set<string>());
  const lastAt = useRef(0);
  useEffect(() => {
    const due = items.flatMap((item) => {
      const id = `${item.key} ${item.stage.name}`;
      const sentence = announced.current.has(id) ? null : sentenceOf(item);
      return sentence ? [{ id, sentence }] : [];
    });
    const newest = due.at(-1);
    if (!newest) return;
    const timer = setTimeout(
      () => {
        // Announce only the newest of a backlog, which would lag for minutes.
        for (const { id } of due) announced.current.add(id);
        lastAt.current = Date.now();
        setText(newest.sentence);
      },
      Math.max(0, lastAt.current + quietMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [items]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
