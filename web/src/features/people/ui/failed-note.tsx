import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { Link } from 'wouter';
import { failedLimit, failedQuery, useRetryPhotos } from '@/entities/photo';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';

type Props = { username: string; href: string };

/** Reports failed photos on the user's own page, however far down they are. */
export function FailedNote({ username, href }: Props) {
  const { data: failed = [] } = useQuery(failedQuery(username));
  const retry = useRetryPhotos();
  if (failed.length === 0) return null;
  return (
    <div
      role="status"
      className="flex max-w-full flex-wrap items-center gap-x-4 gap-y-1 lg:max-w-64 lg:flex-col lg:items-end"
    >
      <p className="flex items-center gap-2">
        <TriangleAlert aria-hidden size={16} className="shrink-0 text-reject" />
        {t.people.failed(failed.length, failed.length === failedLimit)}
      </p>
      <div className="flex gap-2">
        <Link
          href={href}
          className="inline-flex min-h-7 items-center px-1 text-accent underline underline-offset-4"
        >
          {t.people.showFailed}
        </Link>
        <Button
          small
          disabled={retry.isPending}
          onClick={() => retry.mutate(failed.map(({ id }) => id))}
        >
          {t.people.retryFailed}
        </Button>
      </div>
    </div>
  );
}
