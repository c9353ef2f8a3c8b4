import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/admin';
import { LoadMore, Notice, QueryView } from '@/shared/ui';
import { type ReportStatus, reportsQuery } from './api';
import { Frame } from './ui/frame';
import { ReportCard } from './ui/report-card';

const words = text.reports;
const statuses: readonly ReportStatus[] = ['open', 'resolved'];

export default function ReportsPage({ notFound }: { notFound: ReactNode }) {
  const [status, setStatus] = useState<ReportStatus>('open');
  return (
    <Frame
      place="reports"
      notFound={notFound}
      aside={
        <fieldset className="flex gap-4 text-15">
          <legend className="sr-only">{words.status}</legend>
          {statuses.map((each) => (
            <label key={each} className="flex min-h-8 items-center gap-2">
              <input
                type="radio"
                name="status"
                checked={each === status}
                onChange={() => setStatus(each)}
                className="size-4"
              />
              {words.statuses[each]}
            </label>
          ))}
        </fieldset>
      }
    >
      <Reports status={status} />
    </Frame>
  );
}

function Reports({ status }: { status: ReportStatus }) {
  const query = useInfiniteQuery(reportsQuery(status));
  const reports = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <QueryView
        query={query}
        what={words.what}
        loading={<p role="status">{t.state.loading}</p>}
        isEmpty={() => reports.length === 0}
        empty={<Notice text={status === 'open' ? words.emptyOpen : words.emptyResolved} />}
      >
        {() => (
          <ul aria-label={words.list} className="flex flex-col">
            {reports.map((report) => (
              <li key={report.id} className="border-line border-t py-5">
                <ReportCard report={report} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      <LoadMore query={query} />
    </>
  );
}
