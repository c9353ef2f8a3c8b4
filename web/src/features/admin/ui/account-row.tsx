import { Ban, Ellipsis, HardDrive, RotateCcw, ShieldCheck, ShieldOff } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '@/entities/session';
import type { Account } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { ConfirmDialog, InfoDialog, toast } from '@/shared/ui';
import { ActionMenu } from '@/shared/ui/layers/action-menu';
import { type AccountChange, useChangeAccount } from '../api';
import { QuotaForm } from './quota-form';

const words = text.accounts;
const cell = 'py-3 pe-6 align-top max-md:inline-block max-md:py-0.5 max-md:pe-4';

export function AccountRow({ account }: { account: Account }) {
  const { user } = useSession();
  const { username } = account;
  return (
    <tr className="border-line border-b max-md:relative max-md:block max-md:py-3 max-md:pe-12">
      <th scope="row" className={`${cell} text-start font-normal max-md:block!`}>
        <span className="font-medium text-15">{account.display_name}</span>
        <span className="block text-muted">
          {`@${username}${user?.username === username ? ` (${words.you})` : ''}`}
        </span>
        {account.role === 'admin' && (
          <span className="me-3 font-medium text-accent">{words.admin}</span>
        )}
        {account.suspended_at && (
          <span className="text-reject">{words.suspended(account.suspended_at)}</span>
        )}
      </th>
      <td className={`${cell} break-all max-md:block!`}>{account.email}</td>
      <td className={`${cell} text-end tabular-nums`}>
        <span aria-hidden className="text-muted md:hidden">{`${words.columns.photos} `}</span>
        {words.photos(account.photos)}
      </td>
      <td className={`${cell} tabular-nums`}>
        {words.storage(account.bytes_used, account.bytes_quota)}
      </td>
      <td className={`${cell} whitespace-nowrap tabular-nums`}>
        {words.joined(account.created_at)}
      </td>
      <td className="py-2 text-end max-md:absolute max-md:top-1 max-md:end-0">
        <Actions account={account} />
      </td>
    </tr>
  );
}

type Layer = 'none' | 'suspend' | 'quota';

function Actions({ account }: { account: Account }) {
  const { username, role, suspended_at: suspended } = account;
  const [layer, setLayer] = useState<Layer>('none');
  const shut = () => setLayer('none');
  const change = useChangeAccount(username);
  const apply = (body: AccountChange, message: string) =>
    change.mutate(body, {
      onSuccess: () => toast(message),
      onError: (error) => toast(`${words.notDone} ${problemText(error)}`),
    });
  const { done } = words;
  return (
    <>
      <ActionMenu
        label={words.menu(username)}
        icon={Ellipsis}
        className="text-muted hover:bg-sunken hover:text-text"
        actions={[
          { label: words.quota, icon: HardDrive, onSelect: () => setLayer('quota') },
          role === 'admin'
            ? {
                label: words.makeUser,
                icon: ShieldOff,
                onSelect: () => apply({ role: 'user' }, done.user(username)),
              }
            : {
                label: words.makeAdmin,
                icon: ShieldCheck,
                onSelect: () => apply({ role: 'admin' }, done.admin(username)),
              },
          suspended
            ? {
                label: words.lift,
                icon: RotateCcw,
                onSelect: () => apply({ suspended: false }, done.lifted(username)),
              }
            : {
                label: words.suspend,
                icon: Ban,
                danger: true,
                onSelect: () => setLayer('suspend'),
              },
        ]}
      />
      <ConfirmDialog
        open={layer === 'suspend'}
        onOpenChange={shut}
        title={words.suspendTitle}
        text={words.suspendText(username)}
        confirm={words.suspend}
        cancel={words.cancel}
        onConfirm={() => apply({ suspended: true }, done.suspended(username))}
      />
      <InfoDialog open={layer === 'quota'} onOpenChange={shut} title={words.quotaTitle(username)}>
        <QuotaForm
          bytes={account.bytes_quota}
          onCancel={shut}
          onQuota={(bytes_quota) => {
            shut();
            apply({ bytes_quota }, done.quota(username));
          }}
        />
      </InfoDialog>
    </>
  );
}
