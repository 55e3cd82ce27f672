import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {EXPLANATIONS} from '../../../sidecar/rules/explanations.ts';
import {explanation, rulePage} from '../../../sidecar/rules/rulePage.ts';
import {RULES} from '../../../sidecar/rules/rules.ts';

const sidecar = fileURLToPath(new URL('../../../sidecar', import.meta.url));
const explained = Object.values(EXPLANATIONS).flatMap(Object.keys);

/** Every literal that is given as a code where problems are made. */
function codesInSources(): Set<string> {
  const codes = new Set<string>();
  for (const room of ['document', 'data', 'evaluation', 'experiment', 'commands']) {
    for (const name of readdirSync(join(sidecar, room))) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(sidecar, room, name), 'utf8');
      const forms = [
        /\bcode: '([a-z-]+)'/g,
        /\b(?:dataError|targetError)\(\s*[^,'()]+,(?: data,)?\s*'([a-z-]+)'/g,
        /\bmissingProblem\(file, column, '([a-z-]+)'/g,
        /\bproblem\('(?:error|warning|information|hint)', '([a-z-]+)'/g,
        /\b(?:problem|warning|say)\(\s*'[a-zA-Z]+',\s*'([a-z]+(?:-[a-z]+)+)'/g,
        /\b(?:warning|report|fail)\(\s*'([a-z]+(?:-[a-z]+)+)'/g,
      ];
      for (const form of forms) for (const [, code] of text.matchAll(form)) codes.add(code!);
    }
  }
  return codes;
}

test('every code that a problem can have is explained', () => {
  const codes = [...codesInSources()].filter(code => code !== 'cancelled');
  expect(codes.length).toBeGreaterThan(70);
  expect(codes.filter(code => explanation(code) === undefined)).toEqual([]);
});

test('no code is explained twice', () => {
  const all = [...explained, ...RULES.map(({code}) => code)];
  expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([]);
});

test('the page has a heading for each code', () => {
  const page = rulePage();
  for (const code of [...explained, ...RULES.map(each => each.code)]) expect(page).toContain(`\n### ${code}\n`);
});
