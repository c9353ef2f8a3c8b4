/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * npm omits optional packages that the configured registry lacks, as single-platform mirrors do, and
 * `npm ci` then rejects the lock. To skip such a package npm needs its version, which the parent
 * gives, and its platform, which its name gives.
 *
 * node tools/complete-lock.mjs          writes the lock
 * node tools/complete-lock.mjs --check  exits with 1 when something is missing
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const systems = ['android', 'darwin', 'freebsd', 'linux', 'win32'];
const processors = { arm64: 'arm64', arm: 'arm', x64: 'x64', wasm32: 'wasm32' };

function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  const os = systems.filter((system) => parts.includes(system));
  const cpu = parts.flatMap((part) => processors[part] ?? []);
  if (cpu.length === 0)
    throw new Error(`The name of ${name} does not say what platform it is for.`);
  const libc = parts.includes('musl') ? { libc: ['musl'] } : {};
  return { cpu, ...libc, ...(os.length > 0 ? { os } : {}) };
}

const missing = Object.values(lock.packages).flatMap((entry) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !(`node_modules/${name}` in lock.packages))
    .map(([name, version]) => ({ name, version, dev: entry.dev ?? false })),
);

if (process.argv.includes('--check')) {
  for (const { name } of missing) console.error(`package-lock.json lacks ${name}`);
  if (missing.length > 0) console.error('Run: npm run lock');
  process.exit(missing.length > 0 ? 1 : 0);
}

for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = {
    version,
    ...platformOf(name),
    ...(dev ? { dev } : {}),
    optional: true,
  };
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
