/** The view "Runs" outside of an editor: of `vscode` there is what the view needs of it. */

import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type * as vscode from 'vscode';
import type {Lab} from '../../extension/lab.ts';
import {type RunsItem, RunsTree} from '../../extension/runs/runsTree.ts';
import type {RunSummary} from '../../schemas/protocol.ts';

vi.mock('vscode', () => {
  class EventEmitter<T> {
    readonly listeners: ((value: T) => void)[] = [];
    readonly event = (listener: (value: T) => void) => void this.listeners.push(listener);
    readonly fire = (value: T) => {
      for (const listener of this.listeners) listener(value);
    };
  }
  const event = () => ({dispose() {}});
  const createFileSystemWatcher = () => ({onDidCreate: event, onDidDelete: event, dispose() {}});
  const onDid = {onDidGrantWorkspaceTrust: event, onDidChangeWorkspaceFolders: event};
  return {
    EventEmitter,
    ThemeIcon: class {},
    ThemeColor: class {},
    l10n: {t: String},
    workspace: {isTrusted: true, createFileSystemWatcher, ...onDid},
  };
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const uri = {fsPath: '/folder/net.mlp.json'} as vscode.Uri;
const run = (directory: string) => ({directory}) as RunSummary;

/** A view of one document, whose lists come when the test says so. */
function openTree() {
  const lists: ((runs: RunSummary[]) => void)[] = [];
  let refresh = () => {};
  const stored = {
    onDidChange: (listener: () => void) => {
      refresh = listener;
    },
    documents: async () => [uri],
    list: () => new Promise<RunSummary[]>(resolve => lists.push(resolve)),
  };
  const tree = new RunsTree({stored, runs: {states: [], on() {}}, log: {warn() {}}} as unknown as Lab);
  const changed: (RunsItem | undefined)[] = [];
  tree.onDidChangeTreeData(item => changed.push(item));
  return {
    tree,
    changed,
    /** Something changed, and the time has passed after which it is listed anew. */
    async refreshed() {
      refresh();
      await vi.advanceTimersByTimeAsync(1000);
    },
    async listed(...directories: string[]) {
      await vi.advanceTimersByTimeAsync(0);
      lists.shift()?.(directories.map(run));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const directoriesOf = (items: readonly RunsItem[]) =>
  items.flatMap(item => (item.kind === 'stored' ? [item.summary.directory] : []));

test('a run that ends while a document is listed first is shown', async () => {
  const {tree, changed, refreshed, listed} = openTree();
  const [document] = await tree.getChildren();
  const first = tree.getChildren(document);
  await refreshed();
  await listed('old');
  expect(directoriesOf(await first)).toEqual(['old']);
  await listed('new', 'old');
  expect(changed).toEqual([document]);
  expect(directoriesOf(await tree.getChildren(document))).toEqual(['new', 'old']);
});

test('a document is listed once for all who ask first, and is not drawn anew where nothing changed', async () => {
  const {tree, changed, refreshed, listed} = openTree();
  const [document] = await tree.getChildren();
  const asked = [tree.getChildren(document), tree.getChildren(document)];
  await listed('one');
  // Both are answered by one list.
  expect((await Promise.all(asked)).map(directoriesOf)).toEqual([['one'], ['one']]);
  await refreshed();
  await listed('one');
  expect(changed).toEqual([]);
});
