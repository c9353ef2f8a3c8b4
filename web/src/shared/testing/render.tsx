import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { Toasts } from '@/shared/ui';

/** Renders a component as the app would, at `path`; returns the means to act on it. */
export function renderAt(path: string, component: ReactNode) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false }, mutations: { retry: false } },
  });
  const location = memoryLocation({ path, record: true });
  const view = render(
    <QueryClientProvider client={client}>
      <Router hook={location.hook} searchHook={location.searchHook}>
        {component}
        <Toasts />
      </Router>
    </QueryClientProvider>,
  );
  return { ...view, client, user: userEvent.setup(), history: location.history };
}
