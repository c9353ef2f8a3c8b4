import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { server } from './server';

// What succeeds does so at once; a busy machine gets the time it needs.
configure({ asyncUtilTimeout: 20_000 });

// The one CSS rule that decides what is visible and focusable.
document.head.insertAdjacentHTML('beforeend', '<style>.hidden { display: none }</style>');

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  sessionStorage.clear();
});
afterAll(() => server.close());
