// Gzip budgets from the build's manifest: the initial JavaScript, the style sheets, and each lazy
// chunk.
import { readdirSync, readFileSync } from 'node:fs';

const folder = '.size';
const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, 'utf8'));
const entry = manifest['index.html'];

function staticImports(chunk, seen = new Set()) {
  for (const key of chunk.imports ?? []) {
    if (seen.has(key)) continue;
    seen.add(key);
    staticImports(manifest[key], seen);
  }
  return seen;
}

const initial = [entry, ...[...staticImports(entry)].map((key) => manifest[key])];
const initialFiles = new Set(initial.map((chunk) => chunk.file));
// Built separately, so not in the manifest.
const firstPaint = readdirSync(`${folder}/assets`).filter((name) =>
  name.startsWith('first-paint-'),
);
for (const name of firstPaint) initialFiles.add(`assets/${name}`);
const at = (file) => `${folder}/${file}`;
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
const fonts = Object.values(manifest).filter((chunk) => chunk.file.endsWith('.woff2'));
const later = Object.values(manifest).filter(
  (chunk) => chunk.file.endsWith('.js') && !initialFiles.has(chunk.file),
);

export default [
  { name: 'initial JavaScript', path: [...initialFiles].map(at), limit: '150 kB', gzip: true },
  { name: 'style sheets', path: [...styles].map(at), limit: '25 kB', gzip: true },
  ...fonts.map((font) => ({
    name: `font ${font.file.replace('assets/', '')}`,
    path: at(font.file),
    limit: '40 kB',
    brotli: false,
  })),
  ...later.map((chunk) => ({
    name: `later: ${chunk.name ?? chunk.file}`,
    path: at(chunk.file),
    limit: '60 kB',
    gzip: true,
  })),
];
