import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { LoadMore, Notice, QueryView } from '@/shared/ui';
import { accountsQuery } from './api';
import { AccountRow } from './ui/account-row';
import { Frame } from './ui/frame';

const words = text.accounts;
const { columns } = words;

export default function AccountsPage({ notFound }: { notFound: ReactNode }) {
  return (
    <Frame place="accounts" notFound={notFound}>
      <Accounts />
    </Frame>
  );
}

function Accounts() {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const query = useInfiniteQuery({ ...accountsQuery(q), placeholderData: keepPreviousData });
  const accounts = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <label className="flex max-w-[440px] items-center gap-2 rounded-control border border-line-strong bg-surface px-3 focus-within:outline-2 focus-within:outline-focus focus-within:outline-offset-2">
        <Search aria-hidden size={18} className="text-muted" />
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.find}
          value={typed}
          maxLength={320}
          onChange={(event) => setTyped(event.target.value)}
          className="h-10 min-w-0 flex-1 bg-transparent outline-none placeholder:text-muted"
        />
      </label>
      <p className="pt-1 pb-4 text-13 text-muted">{words.search}</p>
      <QueryView
        query={query}
        what={words.what}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={() => accounts.length === 0}
        empty={<Notice text={words.none} />}
      >
        {() => (
          <table className="w-full text-13 max-md:block">
            <caption className="sr-only">{words.list}</caption>
            <thead className="text-start text-12 text-muted max-md:sr-only">
              <tr className="border-line border-b">
                {Object.entries(columns).map(([name, label]) => (
                  <th
                    key={name}
                    scope="col"
                    className={`py-2 pe-6 font-medium ${name === 'photos' ? 'text-end' : 'text-start'} last:pe-0 last:text-end`}
                  >
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="max-md:block">
              {accounts.map((account) => (
                <AccountRow key={account.username} account={account} />
              ))}
            </tbody>
          </table>
        )}
      </QueryView>
      <LoadMore query={query} />
    </>
  );
}
