/** The view "Runs": documents of the workspace, below each its runs in training and those that are stored. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {RunState, RunSummary} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {bestVariant, durationWords, kindWords, progressWords, scoreWords, statusWords} from './runWords.ts';

export type RunsItem =
  | {readonly kind: 'document'; readonly documentUri: vscode.Uri}
  | {readonly kind: 'live'; readonly documentUri: vscode.Uri; readonly state: RunState}
  | {readonly kind: 'stored'; readonly documentUri: vscode.Uri; readonly summary: RunSummary}
  | {readonly kind: 'variant'; readonly variant: RunSummary['variants'][number]};

export type StoredRunItem = Extract<RunsItem, {kind: 'stored'}>;

/** The files of a run that ends change one after the other within this time. */
const REFRESH_MS = 250;

export class RunsTree implements vscode.TreeDataProvider<RunsItem>, vscode.Disposable {
  readonly #lab: Lab;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];
  #liveBefore = '';
  #refreshing: NodeJS.Timeout | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.mlp.json', false, true, false);
    this.#subscriptions = [
      lab.stored.onDidChange(() => this.#refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresh()),
      watcher,
      watcher.onDidCreate(() => this.#refresh()),
      watcher.onDidDelete(() => this.#refresh()),
    ];
    lab.runs.on('changed', () => {
      // Progress shows in whole percents: the tree is not drawn anew for less.
      const live = JSON.stringify(lab.runs.states.map(state => [state.run, progressWords(state)]));
      if (live !== this.#liveBefore) this.#refresh();
      this.#liveBefore = live;
    });
  }

  async getChildren(item?: RunsItem): Promise<RunsItem[]> {
    if (!vscode.workspace.isTrusted) return [];
    switch (item?.kind) {
      case undefined: {
        const documents = await this.#lab.stored.documents();
        return documents.map(documentUri => ({kind: 'document', documentUri}));
      }
      case 'document':
        return this.#runsOf(item.documentUri);
      case 'stored':
        return item.summary.variants.map(variant => ({kind: 'variant', variant}));
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
        return variantItem(item.variant);
    }
  }

  /** Soon, once for all that changes together: while a tree is listed anew, a menu of it is given no item. */
  #refresh(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      this.#changed.fire(undefined);
    }, REFRESH_MS);
  }

  dispose(): void {
    clearTimeout(this.#refreshing);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #runsOf(documentUri: vscode.Uri): Promise<RunsItem[]> {
    const {runs, stored} = this.#lab;
    const live = runs.states.filter(({document}) => document === documentUri.fsPath);
    const directories = new Set(live.map(({directory}) => directory));
    const past = (await stored.list(documentUri)).filter(({directory}) => !directories.has(directory));
    return [
      ...live.toReversed().map(state => ({kind: 'live', documentUri, state}) as const),
      ...past.map(summary => ({kind: 'stored', documentUri, summary}) as const),
    ];
  }
}

function documentItem(uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  item.id = uri.toString();
  item.label = basename(uri.fsPath);
  item.description = vscode.workspace.asRelativePath(uri).slice(0, -basename(uri.fsPath).length - 1);
  item.iconPath = new vscode.ThemeIcon('circuit-board');
  item.contextValue = 'document';
  return item;
}

function liveItem(state: RunState): vscode.TreeItem {
  const item = new vscode.TreeItem(kindWords(state.kind));
  item.id = state.directory;
  item.description = progressWords(state);
  item.iconPath = new vscode.ThemeIcon(state.status === 'running' ? 'sync~spin' : 'debug-pause');
  item.contextValue = `live-${state.status}`;
  item.command = showCommand(state.document, state.directory);
  return item;
}

const icons: {readonly [S in RunSummary['status']]: vscode.ThemeIcon} = {
  completed: new vscode.ThemeIcon('pass'),
  running: new vscode.ThemeIcon('sync'),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error'),
  interrupted: new vscode.ThemeIcon('debug-disconnect'),
};

function storedItem(document: vscode.Uri, summary: RunSummary): vscode.TreeItem {
  const {status, kind, startedAt, seconds, digest, variants, directory} = summary;
  const open = variants.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const best = bestVariant(summary);
  const score = best && scoreWords(best.metrics);
  const item = new vscode.TreeItem(score ?? `${kindWords(kind)}, ${statusWords(status)}`, open);
  item.id = directory;
  const started = new Date(startedAt).toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'short'});
  item.description = [...(best && variants.length > 1 ? [best.name] : []), started].join(' · ');
  item.iconPath = icons[status];
  item.contextValue = `stored-${status}-${summary.search ? 'search' : kind}`;
  const facts = [
    `${kindWords(kind)}, ${statusWords(status)}`,
    ...(seconds === null ? [] : [durationWords(seconds)]),
    ...(digest ? [vscode.l10n.t('digest {0}', digest.slice(0, 16))] : []),
    directory,
  ];
  item.tooltip = facts.join('\n');
  item.command = showCommand(document.fsPath, directory);
  return item;
}

function variantItem({name, metrics, folds}: RunSummary['variants'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.description = scoreWords(metrics) ?? '';
  item.iconPath = new vscode.ThemeIcon('symbol-enum-member');
  const rows = Object.keys(metrics).map(metric => scoreWords({[metric]: metrics[metric]!}));
  item.tooltip = [vscode.l10n.t('{0} folds', folds), ...rows].join('\n');
  item.contextValue = 'variant';
  return item;
}

function showCommand(document: string, directory: string): vscode.Command {
  const uri = vscode.Uri.file(document).toString();
  return {command: 'mlpLab.showPanel', title: vscode.l10n.t('Show in Panel'), arguments: [{uri, run: directory}]};
}
