import { expect, it } from 'vitest';

/** Project rules that the linter cannot express. */
const sources = import.meta.glob<string>('../**/*.{ts,tsx,css}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const files = Object.entries(sources).filter(
  ([path]) => !path.endsWith('schema.d.ts') && !path.includes('.test.'),
);

const colour = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(/i;

it('finds the source files', () => expect(files.length).toBeGreaterThan(50));

it('uses colour tokens instead of literals', () => {
  const offenders = files.filter(
    ([path, source]) => !path.endsWith('tokens.css') && colour.test(source),
  );
  expect(offenders.map(([path]) => path)).toEqual([]);
});

it('keeps components under 200 lines', () => {
  const long = files.filter(
    ([path, source]) => path.endsWith('.tsx') && source.trimEnd().split('\n').length > 200,
  );
  expect(long.map(([path]) => path)).toEqual([]);
});

it('loads components through lazyComponent only', () => {
  const offenders = files.filter(([, source]) =>
    /\{[^}]*\blazy\b[^}]*\} from 'react'/.test(source),
  );
  expect(offenders.map(([path]) => path)).toEqual(['../shared/ui/lazy-component.ts']);
});

/** Tailwind classes for physical sides, which ignore the writing direction. */
const physical =
  /(?<=[\s"'`:!])-?(?:(?:[mp][lr]|left|right)-[\d[(a-z]|(?:border|rounded)-[lr]\b|text-(?:left|right)\b)/;
/** Exempt: row geometry is measured from the left, and the shell frames the page. */
const turned = /^\.\.\/shared\/grid\/|^\.\/shell\/shell\.tsx$/;

it('uses logical sides instead of left and right', () => {
  const offenders = files.filter(
    ([path, source]) => path.endsWith('.tsx') && !turned.test(path) && physical.test(source),
  );
  expect(offenders.map(([path]) => path)).toEqual([]);
});
