import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey, User } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { text } from '@/shared/i18n/settings';
import { Button, ConfirmDialog, QueryView, toast } from '@/shared/ui';
import { apiKeysQuery, useRevokeKey } from '../api';
import { NewKey } from './new-key';

const words = text.keys;

export function KeysSection({ user }: { user: User }) {
  const query = useQuery(apiKeysQuery);
  return (
    <div className="flex flex-col gap-6">
      <p className="text-muted">{words.note}</p>
      <NewKey admin={user.role === 'admin'} />
      <QueryView
        query={query}
        what={words.what}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="text-muted">{words.empty}</p>}
      >
        {({ items }) => <Keys keys={items} />}
      </QueryView>
    </div>
  );
}

function Keys({ keys }: { keys: ApiKey[] }) {
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const [asking, setAsking] = useState(false);
  const revoke = useRevokeKey();
  const onConfirm = (key: ApiKey) =>
    revoke.mutate(key.id, {
      onSuccess: () => toast(words.revoked(key.name)),
      onError: (error) => toast(`${words.notRevoked} ${problemText(error)}`),
    });
  return (
    <>
      <ul aria-label={words.what} className="flex flex-col border-line border-t">
        {keys.map((key) => (
          <li key={key.id} className="flex items-start gap-4 border-line border-b py-3">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{key.name}</p>
              <p className="break-all font-mono text-12 text-muted">{`${key.prefix}…`}</p>
              <p className="text-13 text-muted">{describe(key)}</p>
            </div>
            <Button
              small
              className="h-9! px-3! text-13!"
              aria-label={words.revokeLabel(key.name)}
              onClick={() => {
                setAsked(key);
                setAsking(true);
              }}
            >
              {words.revoke}
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.revokeTitle}
        text={asked ? words.revokeText(asked.name) : ''}
        confirm={words.revoke}
        cancel={words.keep}
        onConfirm={() => asked && onConfirm(asked)}
      />
    </>
  );
}

function describe(key: ApiKey): string {
  const ended = key.expires_at && Date.parse(key.expires_at) < Date.now();
  return [
    words.rights(key.scopes.map((scope) => words.scope[scope])),
    words.created(key.created_at),
    key.last_used_at ? words.used(key.last_used_at) : words.neverUsed,
    key.expires_at ? (ended ? words.ended : words.ends)(key.expires_at) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
