import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {documentReference} from '../../scripts/generateDocs.ts';
import {rulePage} from '../../sidecar/rules/rulePage.ts';

test('docs/document.md says what the schema says', () => {
  expect(readFileSync(new URL('../../docs/document.md', import.meta.url), 'utf8')).toBe(documentReference());
});

test('docs/rules.md says what the rules say', () => {
  expect(readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')).toBe(rulePage());
});
