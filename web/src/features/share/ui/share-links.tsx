import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Album } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { text } from '@/shared/i18n/links';
import { Button, QueryView, SelectField, TextField, toast } from '@/shared/ui';
import {
  endOf,
  type Lasting,
  lastings,
  shareLinksQuery,
  useCreateLink,
  useRevokeLink,
} from '../links';

type Props = { album: Album };

/** Share links of an album. */
export default function ShareLinks({ album }: Props) {
  const query = useQuery(shareLinksQuery(album.id));
  return (
    <>
      <p className="text-13 text-muted">{text.note}</p>
      <NewLinkForm album={album} />
      <QueryView
        query={query}
        what={text.what}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="border-line border-t pt-4 text-13 text-muted">{text.none}</p>}
      >
        {({ items }) => (
          <ul aria-label={text.list} className="flex flex-col">
            {items.map((link, index) => (
              <li key={link.id} className="border-line border-t py-3">
                <LinkRow album={album.id} link={link} place={index + 1} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </>
  );
}

function NewLinkForm({ album }: Props) {
  const [lasting, setLasting] = useState<Lasting>('month');
  const [password, setPassword] = useState('');
  const create = useCreateLink(album.id);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { expires_at: endOf(lasting, Date.now()), password: password || null },
      {
        onSuccess: () => {
          setPassword('');
          toast(text.made);
        },
      },
    );
  };
  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <SelectField
        label={text.expires}
        value={lasting}
        choices={lastings.map((value) => ({ value, label: text.lasting[value] }))}
        onValue={setLasting}
      />
      <TextField
        label={text.password}
        value={password}
        maxLength={256}
        autoComplete="off"
        spellCheck={false}
        hint={text.passwordHint}
        onChange={(event) => setPassword(event.target.value)}
      />
      {create.error && (
        <p role="alert" className="border-reject border-s-2 ps-3 text-13">
          {`${text.notMade} ${problemText(create.error)}`}
        </p>
      )}
      <Button type="submit" look="primary" className="self-start" disabled={create.isPending}>
        {text.create}
      </Button>
    </form>
  );
}

type ShareLink = {
  id: string;
  url: string;
  expires_at: string | null;
  has_password: boolean;
  created_at: string;
};

type RowProps = { album: string; link: ShareLink; place: number };

function LinkRow({ album, link, place }: RowProps) {
  const revoke = useRevokeLink(album);
  const address = new URL(link.url, window.location.origin).href;
  const copy = () =>
    navigator.clipboard.writeText(address).then(
      () => toast(text.copied),
      () => toast(text.copyFailed),
    );
  const onRevoke = () =>
    revoke.mutate(link.id, {
      onSuccess: () => toast(text.revoked),
      onError: (error) => toast(`${text.notRevoked} ${problemText(error)}`),
    });
  return (
    <div className="flex flex-col gap-2">
      <input
        readOnly
        aria-label={text.address(place)}
        value={address}
        onFocus={(event) => event.target.select()}
        className="h-9 w-full rounded-control border border-line-strong bg-sunken px-3 text-13"
      />
      <p className="text-13 text-muted">{describe(link)}</p>
      <div className="flex gap-2">
        <Button
          small
          className="h-9! px-3! text-13!"
          aria-label={text.copyLabel(place)}
          onClick={copy}
        >
          <Copy aria-hidden size={16} />
          {text.copy}
        </Button>
        <Button
          small
          className="h-9! px-3! text-13!"
          aria-label={text.revokeLabel(place)}
          disabled={revoke.isPending}
          onClick={onRevoke}
        >
          {text.revoke}
        </Button>
      </div>
    </div>
  );
}

function describe(link: ShareLink): string {
  const ended = link.expires_at && Date.parse(link.expires_at) < Date.now();
  return [
    text.createdAt(link.created_at),
    link.expires_at ? (ended ? text.endedAt : text.endsAt)(link.expires_at) : text.endless,
    link.has_password ? text.locked : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
