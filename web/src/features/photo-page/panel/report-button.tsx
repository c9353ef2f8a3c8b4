import { useMutation } from '@tanstack/react-query';
import { Flag } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { api, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, InfoDialog, toast } from '@/shared/ui';

const longest = 1000;

/** Reports a photo to the admins. */
export function ReportButton({ photoId }: { photoId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        look="quiet"
        className="-ms-3 self-start px-3! text-13!"
        onClick={() => setOpen(true)}
      >
        <Flag aria-hidden size={16} />
        {t.photoPage.report}
      </Button>
      <InfoDialog open={open} onOpenChange={setOpen} title={t.photoPage.reportTitle}>
        <ReportForm photoId={photoId} onDone={() => setOpen(false)} />
      </InfoDialog>
    </>
  );
}

function ReportForm({ photoId, onDone }: { photoId: string; onDone: () => void }) {
  const id = useId();
  const [reason, setReason] = useState<string>(t.photoPage.reasons[0] ?? '');
  const [more, setMore] = useState('');
  const report = useMutation({
    mutationFn: (text: string) =>
      unwrap(
        api.POST('/api/v1/photos/{photo_id}/report', {
          params: { path: { photo_id: photoId } },
          body: { reason: text },
        }),
      ),
    onSuccess: () => {
      toast(t.photoPage.reported);
      onDone();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    report.mutate([reason, more.trim()].filter(Boolean).join(': '));
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={send}>
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 text-13 text-muted">{t.photoPage.reportText}</legend>
        {t.photoPage.reasons.map((each) => (
          <label key={each} className="flex min-h-8 items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name={id}
              value={each}
              checked={reason === each}
              onChange={() => setReason(each)}
              className="size-4 accent-accent"
            />
            {each}
          </label>
        ))}
      </fieldset>
      <div className="flex flex-col gap-1">
        <label htmlFor={`${id}-more`} className="font-medium text-13">
          {t.photoPage.reportMore}
        </label>
        <textarea
          id={`${id}-more`}
          rows={2}
          maxLength={longest}
          value={more}
          onChange={(event) => setMore(event.target.value)}
          className="field-sizing-content min-h-16 rounded-control border border-line-strong bg-surface px-3 py-2"
        />
      </div>
      {report.error && (
        <p role="alert" className="border-reject border-s-2 ps-3 text-13">
          {problemText(report.error)}
        </p>
      )}
      <Button type="submit" look="primary" className="self-end" disabled={report.isPending}>
        {t.photoPage.sendReport}
      </Button>
    </form>
  );
}
