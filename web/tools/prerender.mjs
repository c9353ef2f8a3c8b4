/**
 * Writes `first/<name>.html` into a build: index.html with the app's prerendered initial state and the
 * script that draws the embedded photos (app/first-page/first-paint.ts). See docs/decisions/0025.
 *
 * node tools/prerender.mjs FOLDER    after `vite build` into FOLDER
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

process.env.NODE_ENV = 'production';
const folder = resolve(process.argv[2] ?? 'dist');
const work = resolve('node_modules/.prerender');
const quiet = { logLevel: 'warn', mode: 'production' };

async function renderPages() {
  await build({ ...quiet, build: { ssr: 'src/app/first-page/prerender.tsx', outDir: work } });
  const { renderPages } = await import(pathToFileURL(`${work}/prerender.js`).href);
  // The only browser globals that rendering reads; effects read the others.
  globalThis.history = { state: null };
  globalThis.document = { fullscreenEnabled: true };
  return renderPages();
}

async function bundleFirstPaint() {
  const entry = 'src/app/first-page/first-paint.ts';
  const output = {
    format: 'iife',
    codeSplitting: false,
    entryFileNames: 'assets/first-paint-[hash].js',
  };
  const { output: files } = await build({
    ...quiet,
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      manifest: false,
      rolldownOptions: { input: entry, output },
    },
  });
  return files.find((file) => file.isEntry).fileName;
}

const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, 'utf8'));

/** The files of an entry and of its static imports. */
function filesOf(key, seen = new Set()) {
  if (!seen.has(key)) {
    seen.add(key);
    for (const imported of manifest[key].imports ?? []) filesOf(imported, seen);
  }
  return [...seen].map((each) => `/${manifest[each].file}`);
}

/** Remove the scripts, which app/first-page/first-paint.ts loads. */
function withoutCode(html) {
  return html.replace(/<script type="module"[^>]*><\/script>|<link rel="modulepreload"[^>]*>/g, '');
}

const index = withoutCode(readFileSync(`${folder}/index.html`, 'utf8'));
const root = '<div id="root"></div>';
if (!index.includes(root)) throw new Error(`index.html lacks ${root}.`);
const drawn = await renderPages();
rmSync(work, { recursive: true });
const app = filesOf('index.html');
const firstPaint = await bundleFirstPaint();
mkdirSync(`${folder}/first`, { recursive: true });
for (const [name, html] of Object.entries(drawn)) {
  if (/ style=/.test(html)) throw new Error(`${name}: the policy forbids styles in HTML.`);
  const page = name.startsWith('photo') ? filesOf('src/features/photo-page/page.tsx') : [];
  const code = [...new Set([...app, ...page])].join(' ');
  const script = `<script defer src="/${firstPaint}" data-app="${app[0]}" data-code="${code}"></script>`;
  writeFileSync(
    `${folder}/first/${name}.html`,
    index
      .replace('</head>', `${script}</head>`)
      .replace(root, `<div id="root" inert>${html}</div>`),
  );
}
