import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import '@/app/app.css';
import { takeFirstData } from '@/app/first-page/first-data';
import { makeClient, Providers } from '@/app/providers';
import { Shell } from '@/app/shell/shell';

const root = document.getElementById('root');
if (!root) throw new Error('index.html lacks the element #root.');
const client = makeClient();

function show(element: HTMLElement): void {
  // What stood there until now was drawn ahead, and not to be touched.
  element.inert = false;
  // In small pieces, so that a slow phone goes on scrolling meanwhile.
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

// Not awaited here: a page's code imports this file's, and would wait for it in turn.
void takeFirstData(client).then(() => show(root));
