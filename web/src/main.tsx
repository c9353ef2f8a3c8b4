import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/app.css';
import { takePreloads } from './app/preloads';
import { Providers } from './app/providers';
import { Shell } from './app/shell';

const root = document.getElementById('root');
if (!root) throw new Error('index.html lacks the element #root.');
takePreloads();
createRoot(root).render(
  <StrictMode>
    <Providers>
      <Shell />
    </Providers>
  </StrictMode>,
);
