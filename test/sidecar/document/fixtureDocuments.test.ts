import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {applied} from '../../support/textEdits.ts';

const broken = new URL('../../fixtures/documents/broken/', import.meta.url);
const valid = new URL('../../fixtures/documents/valid/', import.meta.url);
const documentsIn = (folder: URL) => readdirSync(folder).filter(name => name.endsWith('.mlp.json'));
const expected = JSON.parse(readFileSync(new URL('expected.json', broken), 'utf8')) as Record<string, unknown>;

describe('a broken document', () => {
  test('has an expectation, and each expectation a document', () => {
    expect(Object.keys(expected).sort()).toEqual(documentsIn(broken).sort());
  });

  test.each(documentsIn(broken))('%s has the problems that are expected of it', name => {
    const {problems} = checkDocument(readFileSync(new URL(name, broken), 'utf8'));
    const found = problems.map(({range, severity, code, message}) => {
      return {line: range.start.line + 1, column: range.start.character + 1, severity, code, message};
    });
    expect(found).toEqual(expected[name]);
    expect(found).not.toEqual([]);
  });

  test.each(documentsIn(broken))('%s has less wrong with it after each fix', name => {
    const text = readFileSync(new URL(name, broken), 'utf8');
    const {problems} = checkDocument(text);
    for (const {code, message, range, fixes = []} of problems) {
      for (const {title, edits} of fixes) {
        const after = checkDocument(applied(text, edits));
        expect(
          after.parsed.problems.map(problem => problem.code),
          title,
        ).not.toContain('json-syntax');
        const same = after.problems.filter(
          each => each.message === message && each.range.start.line === range.start.line,
        );
        expect(same, `${code}: ${title}`).toEqual([]);
      }
    }
  });
});

describe('a valid document', () => {
  test.each(documentsIn(valid))('%s has no problems', name => {
    const {problems, variants} = checkDocument(readFileSync(new URL(name, valid), 'utf8'));
    expect(problems).toEqual([]);
    expect(variants).not.toEqual([]);
  });
});
