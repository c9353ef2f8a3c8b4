import { useState } from 'react';
import { Link } from 'wouter';
import type { Photo, Report } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { Button, ConfirmDialog, TextField, toast } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { type Resolution, useResolve } from '../api';

const words = text.reports;

/** One report: the photo, the complaint and the possible decisions. */
export function ReportCard({ report }: { report: Report }) {
  const { photo } = report;
  return (
    <div className="flex flex-col gap-4 sm:flex-row sm:gap-6">
      <Picture photo={photo ?? null} />
      <div className="flex min-w-0 max-w-[68ch] flex-1 flex-col gap-3">
        <div>
          <p className="text-13 text-muted">
            {words.from(report.reporter?.display_name ?? null, report.created_at)}
          </p>
          <p className="whitespace-pre-line text-18">{report.reason}</p>
          {photo && (
            <p className="text-13 text-muted">
              {[photo.title, words.by(photo.owner.display_name)].filter(Boolean).join(' · ')}
            </p>
          )}
        </div>
        {report.resolved_at && report.action ? <Decided report={report} /> : null}
        {report.resolved_at && report.action !== 'hide_photo' ? null : <Decision report={report} />}
      </div>
    </div>
  );
}

function Picture({ photo }: { photo: Photo | null }) {
  const box =
    'flex aspect-[4/3] w-full shrink-0 items-center justify-center overflow-hidden rounded-photo bg-sunken bg-cover bg-center sm:w-56';
  if (!photo) return <p className={`${box} p-4 text-13 text-muted`}>{words.gone}</p>;
  return (
    <Link
      href={hrefs.photo(photo.id)}
      className={box}
      style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
    >
      {photo.urls.thumb ? (
        <img
          src={photo.urls.thumb}
          alt={photo.alt_text || words.photo}
          loading="lazy"
          className="size-full object-cover"
        />
      ) : (
        words.photo
      )}
    </Link>
  );
}

function Decided({ report }: { report: Report }) {
  if (!report.action || !report.resolved_at) return null;
  return (
    <div className="border-line-strong border-s-2 ps-3 text-13">
      <p>
        {words.decidedBy(
          words.decided[report.action],
          report.resolved_by?.display_name ?? null,
          report.resolved_at,
        )}
      </p>
      {report.note && <p className="text-muted">{report.note}</p>}
    </div>
  );
}

function Decision({ report }: { report: Report }) {
  const [note, setNote] = useState('');
  const [asking, setAsking] = useState(false);
  const resolve = useResolve(report.id);
  const decide = (action: Resolution['action']) =>
    resolve.mutate(
      { action, note: note.trim() || null },
      {
        onSuccess: () => toast(words.done[action]),
        onError: (error) => toast(`${words.notDone} ${problemText(error)}`),
      },
    );
  if (report.resolved_at) {
    return (
      <Button className="self-start" disabled={resolve.isPending} onClick={() => decide('dismiss')}>
        {words.reopen}
      </Button>
    );
  }
  const owner = report.photo?.owner.display_name;
  return (
    <fieldset disabled={resolve.isPending} className="flex flex-col gap-1">
      <legend className="sr-only">{words.decide}</legend>
      <TextField
        label={words.note}
        value={note}
        maxLength={2000}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => decide('dismiss')}>{words.dismiss}</Button>
        {report.photo && <Button onClick={() => decide('hide_photo')}>{words.hide}</Button>}
        {owner && (
          <Button look="danger" onClick={() => setAsking(true)}>
            {words.suspend}
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.suspendTitle}
        text={words.suspendText(owner ?? '')}
        confirm={words.suspend}
        cancel={words.cancel}
        onConfirm={() => decide('suspend_owner')}
      />
    </fieldset>
  );
}
