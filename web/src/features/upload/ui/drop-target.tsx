import { useEffect, useState } from 'react';
import { problemText, t } from '@/shared/i18n';
import { isTyping } from '@/shared/keys';
import { toast } from '@/shared/ui';
import { type Dropped, filesOf } from '../drop';
import { queue, uploadFiles, uploadFolder } from '../store';

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

function take({ files, inFolders }: Dropped): void {
  uploadFiles(files);
  const others = uploadFolder(inFolders);
  if (others > 0) toast(t.upload.leftOut(others));
}

/** Accept files dropped anywhere on the page; true while files are dragged over it. */
function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Count enter and leave events, which fire for every nested element.
    let depth = 0;
    const change = (by: number) => (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth + by);
      setOver(depth > 0);
    };
    const enter = change(1);
    const leave = change(-1);
    const onOver = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      filesOf(event.dataTransfer).then(take, (error: unknown) => toast(problemText(error)));
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return over;
}

function usePaste(): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target as HTMLElement | null)) return;
      uploadFiles(event.clipboardData?.files ?? []);
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, []);
}

/** Warn about leaving only while bytes are being sent: the rest happens on the server. */
function useLeaveWarning(): void {
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (queue.isMoving()) event.preventDefault();
    };
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, []);
}

/** Accepts dropped and pasted files on every page. */
export function UploadDropTarget() {
  const over = useDrop();
  usePaste();
  useLeaveWarning();
  if (!over) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-50 bg-veil p-4">
      <div className="stage flex size-full items-center justify-center rounded-control border-2 border-accent border-dashed bg-caption! text-24">
        {t.upload.dropNow}
      </div>
    </div>
  );
}
