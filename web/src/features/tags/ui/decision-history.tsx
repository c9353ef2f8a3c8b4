import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '@/shared/i18n';
import { QueryView } from '@/shared/ui';
import { type DecisionRecord, decisionsQuery } from '../history';
import { labelText, publishedAt } from '../model';

/** Decisions of the owner beside the model's scores; loads when opened. */
export function DecisionHistory({ photoId }: { photoId: string }) {
  const [open, setOpen] = useState(false);
  const query = useQuery(decisionsQuery(photoId, open));
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit cursor-pointer rounded-control py-1 pe-2 font-bold text-15">
        {t.photoPage.history}
      </summary>
      <div className="pt-2">
        {open && (
          <QueryView
            query={query}
            what={t.photoPage.historyWhat}
            loading={<div className="h-10 rounded-control bg-sunken" />}
            isEmpty={(decisions) => decisions.length === 0}
            empty={<p className="text-13 text-muted">{t.photoPage.noHistory}</p>}
          >
            {(decisions) => (
              <ol aria-label={t.photoPage.history} className="flex flex-col gap-3">
                {decisions.map((decision) => (
                  <Entry key={`${decision.label} ${decision.decided_at}`} decision={decision} />
                ))}
              </ol>
            )}
          </QueryView>
        )}
      </div>
    </details>
  );
}

/** The decision in ink, the model's score in its own colour and dashes. */
function Entry({
  decision: { label, state, score, model_version, decided_at },
}: {
  decision: DecisionRecord;
}) {
  const name = labelText(label);
  const madeAt = publishedAt(model_version);
  return (
    <li className="flex flex-col gap-0.5 text-13">
      <p>
        {state === 'rejected' ? (
          <>
            {t.photoPage.decided.rejected} <s>{name}</s>
          </>
        ) : (
          <>
            {state ? t.photoPage.decided.accepted : t.photoPage.decided.takenBack}{' '}
            <span className="font-medium">{name}</span>
          </>
        )}
        <time dateTime={decided_at} className="ms-2 text-12 text-muted">
          {t.photo.on(decided_at)}
        </time>
      </p>
      {score !== null && (
        <p className="w-fit border-model border-b border-dashed text-12 text-model tabular-nums">
          {t.photoPage.modelSaid(score, madeAt)}
        </p>
      )}
    </li>
  );
}
