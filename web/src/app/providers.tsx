import { CSPProvider } from '@base-ui/react/csp-provider';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { handleSignedOut } from '@/entities/session';
import { ApiProblem } from '@/shared/api';

const isTransient = (error: unknown) => error instanceof ApiProblem && error.transient;

const isSignedOut = (error: unknown) =>
  error instanceof ApiProblem && error.code === 'authentication_required';

export function makeClient(): QueryClient {
  /** The first refused request reveals that the session ended elsewhere. */
  const onError = (error: unknown) => {
    if (isSignedOut(error)) handleSignedOut(client);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        retry: (count, error) => isTransient(error) && count < 2,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
  return client;
}

type Props = { client: QueryClient; children: ReactNode };

export function Providers({ client, children }: Props) {
  return (
    // The content security policy forbids style elements.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </CSPProvider>
  );
}
