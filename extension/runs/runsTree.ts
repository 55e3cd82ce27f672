/** The view "Runs": documents of the workspace, below each its runs in training and those that are stored. */
import * as vscode from 'vscode';
import type {RunState, RunSummary} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {documentItem, liveItem, storedItem, variantItem} from './runsTreeItems.ts';
import {progressWords} from './runWords.ts';

export type RunsItem =
  | {readonly kind: 'document'; readonly documentUri: vscode.Uri}
  | {readonly kind: 'live'; readonly documentUri: vscode.Uri; state: RunState}
  | {readonly kind: 'stored'; readonly documentUri: vscode.Uri; readonly summary: RunSummary}
  | {readonly kind: 'variant'; readonly run: string; readonly variant: RunSummary['variants'][number]};

export type DocumentItem = Extract<RunsItem, {kind: 'document'}>;
type LiveItem = Extract<RunsItem, {kind: 'live'}>;
export type StoredRunItem = Extract<RunsItem, {kind: 'stored'}>;

/** The files of a run that ends change one after the other within this time. */
const REFRESH_MS = 250;

/**
 * A part of a tree that is said to have changed is unknown to VS Code until it has been listed anew: a menu of it is given
 * no item meanwhile. So what is shown is kept, the news are fetched beside it, and only what really differs is said to
 * have changed, which is then listed at once.
 */
export class RunsTree implements vscode.TreeDataProvider<RunsItem>, vscode.Disposable {
  readonly #lab: Lab;
  readonly #changed = new vscode.EventEmitter<RunsItem | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];
  /** As they are shown; undefined before they are asked for. */
  #documents: readonly DocumentItem[] | undefined;
  /** Of the documents whose runs are shown, by path. */
  readonly #runs = new Map<string, readonly (LiveItem | StoredRunItem)[]>();
  /** Folders of the runs in training. */
  #liveBefore = '';
  #timer: NodeJS.Timeout | undefined;
  #listing: Promise<void> = Promise.resolve();

  constructor(lab: Lab) {
    this.#lab = lab;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.mlp.json', false, true, false);
    this.#subscriptions = [
      lab.stored.onDidChange(() => this.#refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresh()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#refresh()),
      watcher,
      watcher.onDidCreate(() => this.#refresh()),
      watcher.onDidDelete(() => this.#refresh()),
    ];
    lab.runs.on('changed', () => this.#followLive());
  }

  async getChildren(item?: RunsItem): Promise<RunsItem[]> {
    if (!vscode.workspace.isTrusted) return [];
    switch (item?.kind) {
      case undefined:
        return [...(this.#documents ?? (await this.#inTurn(() => this.#firstDocuments())))];
      case 'document':
        return [...(this.#runs.get(item.documentUri.fsPath) ?? (await this.#inTurn(() => this.#firstRuns(item))))];
      case 'stored':
        return item.summary.variants.map(variant => ({kind: 'variant', run: item.summary.directory, variant}));
      default:
        return [];
    }
  }

  getTreeItem(item: RunsItem): vscode.TreeItem {
    switch (item.kind) {
      case 'document':
        return documentItem(item.documentUri);
      case 'live':
        return liveItem(item.state);
      case 'stored':
        return storedItem(item.documentUri, item.summary);
      case 'variant':
        return variantItem(item.run, item.variant);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** Soon, once for all that changes together. */
  #refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What cannot be listed now stays as it was shown: who asks the sidecar for something hears why.
      this.#inTurn(() => this.#listAnew()).catch(error => this.#lab.log.warn(String(error)));
    }, REFRESH_MS);
  }

  /** One after the other, or an older list might take the place of a newer one; so also what is listed first. */
  #inTurn<T>(list: () => Promise<T>): Promise<T> {
    const listed = this.#listing.then(list);
    // Who asked hears of its failure; the next one comes all the same.
    this.#listing = listed.then(
      () => {},
      () => {},
    );
    return listed;
  }

  /** Those of another's turn, if it came first; so below. */
  async #firstDocuments(): Promise<readonly DocumentItem[]> {
    this.#documents ??= await this.#listDocuments();
    return this.#documents;
  }

  async #firstRuns(item: DocumentItem): Promise<readonly (LiveItem | StoredRunItem)[]> {
    const path = item.documentUri.fsPath;
    const runs = this.#runs.get(path) ?? (await this.#listRuns(item));
    this.#runs.set(path, runs);
    return runs;
  }

  async #listAnew(): Promise<void> {
    if (!this.#documents) return this.#changed.fire(undefined);
    const documents = await this.#listDocuments();
    const shown = documents.filter(({documentUri}) => this.#runs.has(documentUri.fsPath));
    const lists = await Promise.all(shown.map(document => this.#listRuns(document)));
    const isSame = isSameList(this.#documents, documents);
    this.#documents = documents;
    const paths = new Set(documents.map(({documentUri}) => documentUri.fsPath));
    for (const path of this.#runs.keys()) if (!paths.has(path)) this.#runs.delete(path);
    const changed = shown.filter((document, index) => this.#take(document, lists[index]!));
    if (!isSame) this.#changed.fire(undefined);
    else for (const document of changed) this.#changed.fire(document);
  }

  /** @returns whether the list differs from the one that is shown */
  #take({documentUri}: DocumentItem, list: readonly (LiveItem | StoredRunItem)[]): boolean {
    const before = this.#runs.get(documentUri.fsPath)!;
    this.#runs.set(documentUri.fsPath, list);
    return !isSameList(before, list);
  }

  /** Progress changes one line; a run that begins or ends changes a list. */
  #followLive(): void {
    const {runs} = this.#lab;
    const live = runs.states.map(({directory}) => directory).join('\n');
    if (live !== this.#liveBefore) this.#refresh();
    this.#liveBefore = live;
    for (const item of [...this.#runs.values()].flat()) {
      const state = item.kind === 'live' ? runs.of(item.state.directory) : undefined;
      if (item.kind !== 'live' || !state) continue;
      // It shows whole percents: it is not drawn anew for less.
      const isSameLine = item.state.status === state.status && progressWords(item.state) === progressWords(state);
      item.state = state;
      if (!isSameLine) this.#changed.fire(item);
    }
  }

  async #listDocuments(): Promise<readonly DocumentItem[]> {
    const before = new Map(this.#documents?.map(item => [item.documentUri.fsPath, item]));
    const uris = vscode.workspace.isTrusted ? await this.#lab.stored.documents() : [];
    return uris.map(documentUri => before.get(documentUri.fsPath) ?? {kind: 'document', documentUri});
  }

  /** An item whose line would not change is the one that is shown. */
  async #listRuns({documentUri}: DocumentItem): Promise<readonly (LiveItem | StoredRunItem)[]> {
    const live = this.#lab.runs.states.filter(({document}) => document === documentUri.fsPath);
    const past = await this.#lab.stored.list(documentUri);
    const directories = new Set(live.map(({directory}) => directory));
    const shown = this.#runs.get(documentUri.fsPath) ?? [];
    const liveItems = live.toReversed().map((state): LiveItem => {
      const before = shown.find(item => item.kind === 'live' && item.state.directory === state.directory);
      return before?.kind === 'live' ? before : {kind: 'live', documentUri, state};
    });
    const storedItems = past
      .filter(({directory}) => !directories.has(directory))
      .map((summary): StoredRunItem => {
        const before = shown.find(item => item.kind === 'stored' && item.summary.directory === summary.directory);
        const isSame = before?.kind === 'stored' && JSON.stringify(before.summary) === JSON.stringify(summary);
        return isSame ? before : {kind: 'stored', documentUri, summary};
      });
    return [...liveItems, ...storedItems];
  }
}

function isSameList(before: readonly RunsItem[], now: readonly RunsItem[]): boolean {
  return before.length === now.length && before.every((item, index) => item === now[index]);
}
