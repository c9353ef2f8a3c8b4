import { problemText, requestIdOf, t } from '@/shared/i18n';

/** A server error that belongs to no field. */
export function Refusal({ title, error }: { title: string; error: unknown }) {
  const requestId = requestIdOf(error);
  return (
    <div role="alert" className="border-reject border-s-2 ps-3 text-13">
      <p>{`${title} ${problemText(error)}`}</p>
      {requestId && <p className="text-12 text-muted">{t.state.requestId(requestId)}</p>}
    </div>
  );
}
