/** The manifest, its translations and the code name the same things. */
import {existsSync, globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {CONTEXT_KEYS} from '../../extension/contextKeys.ts';
import manifest from '../../package.json' with {type: 'json'};
import german from '../../package.nls.de.json' with {type: 'json'};
import english from '../../package.nls.json' with {type: 'json'};
import {COMMANDS, RUN_COMMANDS} from '../../schemas/commands.ts';
import {inputSchema} from '../../sidecar/tools/inputSchema.ts';
import {tools} from '../../sidecar/tools/tools.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const {contributes} = manifest;
const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const sources = globSync(join(root, 'extension/**/*.ts')).map(file => readFileSync(file, 'utf8'));

test('every command has a title and an implementation', () => {
  const ids = [...Object.values(COMMANDS), ...Object.values(RUN_COMMANDS)].toSorted();
  expect(contributes.commands.map(({command}) => command).toSorted()).toEqual(ids);
  expect(contributes.commands.filter(({category}) => category !== 'MLP Lab')).toEqual([]);
});

test('menus name commands that there are, and every command of the view is hidden from the palette', () => {
  const ids = new Set(contributes.commands.map(({command}) => command));
  const entries = Object.values(contributes.menus).flat();
  expect(entries.filter(({command}) => !ids.has(command))).toEqual([]);
  const hidden = contributes.menus.commandPalette.filter(({when}) => when === 'false').map(({command}) => command);
  expect(hidden.toSorted()).toEqual(Object.values(RUN_COMMANDS).toSorted());
});

test('a stored run offers only what it can answer', () => {
  const offered = (item: string) =>
    contributes.menus['view/item/context'].flatMap(({command, when}) => {
      const [, pattern] = /viewItem =~ \/(.*?)\//.exec(when) ?? [];
      return pattern && new RegExp(pattern).test(item) ? [command] : [];
    });
  const judging = ['mlpLab.explain', 'mlpLab.gate', 'mlpLab.predictFile', 'mlpLab.runs.resume'];
  const of = (item: string) => judging.filter(command => offered(item).includes(command));
  expect(of('stored-completed-crossValidation')).toEqual(['mlpLab.explain', 'mlpLab.gate', 'mlpLab.predictFile']);
  expect(of('stored-completed-training')).toEqual(['mlpLab.predictFile']);
  expect(of('stored-completed-search')).toEqual(['mlpLab.predictFile']);
  expect(of('stored-interrupted-crossValidation')).toEqual(['mlpLab.runs.resume']);
  expect(offered('stored-failed-search')).toContain('mlpLab.runs.delete');
});

test('what a button of the view does is in the menu as well, for those who use the keyboard', () => {
  const entries = contributes.menus['view/item/context'];
  const isInline = ({group}: {group: string}) => group.startsWith('inline');
  const inMenu = entries.filter(entry => !isInline(entry)).map(({command}) => command);
  expect(entries.filter(isInline).filter(({command}) => !inMenu.includes(command))).toEqual([]);
});

test('when clauses ask only for keys that the extension sets', () => {
  const asked = new Set(manifestText.match(/mlpLab\.has\w+/g));
  expect([...asked].toSorted()).toEqual(Object.values(CONTEXT_KEYS).toSorted());
});

test('every setting is read, and every setting that is read is there', () => {
  const declared = contributes.configuration.flatMap(({properties}) => Object.keys(properties));
  const read = sources.flatMap(text =>
    [...text.matchAll(/\.(?:get|update)(?:<[^>]+>)?\('(\w+)'/g)].map(([, key]) => key),
  );
  expect([...new Set(read)].map(key => `mlpLab.${key}`).toSorted()).toEqual(declared.toSorted());
});

test('the manifest is translated: each text stands in both languages, and none too many', () => {
  const used = [...new Set([...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!))].toSorted();
  expect(Object.keys(english).toSorted()).toEqual(used);
  expect(Object.keys(german).toSorted()).toEqual(used);
});

test('messages are translated: each text of the code stands in the German bundle, and none too many', () => {
  const calls = sources.flatMap(text => [...text.matchAll(/\bl10n\.t\(\s*(['"])((?:\\.|(?!\1).)*)\1/g)]);
  const messages = [...new Set(calls.map(([, , message]) => message!.replaceAll("\\'", "'")))].toSorted();
  const bundle = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.de.json'), 'utf8')) as Record<string, string>;
  expect(Object.keys(bundle).toSorted()).toEqual(messages);
  // A translation must keep the places of its values.
  const places = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted();
  for (const [message, translation] of Object.entries(bundle))
    expect(places(translation), message).toEqual(places(message));
});

test('every picture that the manifest names is there', () => {
  const pictures = [...manifestText.matchAll(/"(extension\/media\/[^"]+)"/g)].map(([, file]) => file!);
  expect(pictures.filter(file => !existsSync(join(root, file)))).toEqual([]);
  expect(pictures.length).toBeGreaterThan(5);
});

test('the tools for agents are those of the sidecar, word for word', () => {
  const declared = contributes.languageModelTools.map(({name, modelDescription, inputSchema: schema}) => {
    return {name, description: modelDescription, schema};
  });
  const known = tools.map(({name, description, inputs}) => ({name, description, schema: inputSchema(inputs)}));
  expect(declared).toEqual(known);
});

test('every lens of the language server has its words in the language of the editor', () => {
  const server = readFileSync(join(root, 'sidecar/language/codeLenses.ts'), 'utf8');
  const translated = readFileSync(join(root, 'extension/language/lensTitles.ts'), 'utf8');
  const titles = [...server.matchAll(/(?:lens\([^']*|\[')?'(?:\$\([\w-]+\) )?([A-Z][\w -]*)'/g)].map(
    ([, words]) => words!,
  );
  expect(titles.length).toBeGreaterThan(10);
  expect(titles.filter(words => !translated.includes(`['${words}', vscode.l10n.t('${words}')]`))).toEqual([]);
  expect(server).toContain(' (before changes)');
});
