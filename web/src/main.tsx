import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import '@/app/app.css';
import { loadFirstData } from '@/app/first-page/first-data';
import { makeClient, Providers } from '@/app/providers';
import { Shell } from '@/app/shell/shell';

const root = document.getElementById('root');
if (!root) throw new Error('index.html lacks the element #root.');
const client = makeClient();

function show(element: HTMLElement): void {
  // The prerendered HTML is inert until React takes over.
  element.inert = false;
  // A transition renders in small slices, so a slow phone can scroll meanwhile.
  startTransition(() =>
    createRoot(element).render(
      <StrictMode>
        <Providers client={client}>
          <Shell />
        </Providers>
      </StrictMode>,
    ),
  );
}

// No top-level await: page chunks import this module and would deadlock on it.
void loadFirstData(client).then(() => show(root));
