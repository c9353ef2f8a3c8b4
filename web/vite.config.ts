/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Puts the theme script in the head as a classic script, which blocks the first paint; a module
 * script would run after it and flash, and the content security policy forbids an inline one.
 */
function blockingThemeScript(): Plugin {
  const source = readFileSync(fromHere('src/app/first-page/theme-before-paint.js'), 'utf8');
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
  const fileName = `assets/theme-${hash}.js`;
  return {
    name: 'blocking-theme-script',
    configureServer(server) {
      server.middlewares.use(`/${fileName}`, (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(source);
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml() {
      return [{ tag: 'script', attrs: { src: `/${fileName}` }, injectTo: 'head-prepend' }];
    },
  };
}

const gateway = process.env.VITE_GATEWAY ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), tailwindcss(), blockingThemeScript()],
  resolve: { alias: { '@': fromHere('src') } },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy forbids data: URLs for fonts and scripts.
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      // One initial file: a dozen small ones would queue for connections.
      output: { codeSplitting: { groups: [{ name: 'app', test: /\/src\/main\.tsx$/ }] } },
    },
  },
  // The gateway rejects changes from other origins, so the proxy sets its own.
  server: {
    proxy: { '/api': { target: gateway, changeOrigin: true, headers: { origin: gateway } } },
  },
  test: {
    // A busy machine needs patience; a test that passes does not use it.
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'units', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'components',
          include: ['src/**/*.test.tsx'],
          environment: 'happy-dom',
          // The API's addresses are relative to the page.
          environmentOptions: { happyDOM: { url: 'http://vignette.test/' } },
          setupFiles: ['src/shared/testing/setup.ts'],
          // The Node build reads paths and streams; the browser's reads File objects.
          alias: {
            'tus-js-client': fromHere('node_modules/tus-js-client/lib.esm/browser/index.js'),
          },
          server: { deps: { inline: ['tus-js-client'] } },
        },
      },
    ],
  },
});
