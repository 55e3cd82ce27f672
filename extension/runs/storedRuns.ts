import * as vscode from 'vscode';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Requests, RunSummary} from '../../schemas/protocol.ts';
import {documentPattern} from '../document.ts';
import type {Sidecar} from '../sidecar/sidecar.ts';

/** Older than that, a list is looked at again when the user comes back to the window, in ms. */
const staleMs = 60_000;

/** The runs that are stored beside the documents of the workspace, as the sidecar lists them. */
export class StoredRuns implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  /** The runs of one document changed, or of all. */
  readonly onDidChange = this.#changed.event;

  /** Of runs that are stored elsewhere: by another window, or in a terminal. */
  readonly #watcher = vscode.workspace.createFileSystemWatcher('**/.mlp/runs/*/run.json');
  readonly #focus: vscode.Disposable;
  #refreshedAt = Date.now();

  constructor(sidecar: Sidecar) {
    this.#sidecar = sidecar;
    this.#watcher.onDidCreate(() => this.refresh());
    this.#watcher.onDidChange(() => this.refresh());
    this.#watcher.onDidDelete(() => this.refresh());
    // Of folders in a folder that is new as well VS Code tells nothing: it is looked again when the user comes back. In a
    // browser that is each time when the panel gives the focus back, which is no reason to list runs anew.
    this.#focus = vscode.window.onDidChangeWindowState(({focused}) => {
      if (focused && Date.now() - this.#refreshedAt > staleMs) this.refresh();
    });
  }

  /** Documents of the workspace and those open beside it, in the order of their paths. */
  async documents(): Promise<readonly vscode.Uri[]> {
    const found = await vscode.workspace.findFiles(documentPattern, '**/{node_modules,.mlp}/**', 1000);
    const open = vscode.workspace.textDocuments.map(({uri}) => uri).filter(uri => uri.path.endsWith('.mlp.json'));
    const files = [...found, ...open].filter(({scheme}) => scheme === 'file');
    return [...new Map(files.map(uri => [uri.fsPath, uri])).values()].sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
  }

  /** Newest first. */
  list(document: vscode.Uri): Promise<readonly RunSummary[]> {
    return this.#sidecar.request('mlpLab/listRuns', {document: document.fsPath});
  }

  read(directory: string): Promise<StoredRun> {
    return this.#sidecar.request('mlpLab/readRun', {directory});
  }

  /** What the folds of finished cross-validations say of their differences. */
  compare(directories: readonly string[]): Promise<Requests['mlpLab/compareRuns'][1]> {
    return this.#sidecar.request('mlpLab/compareRuns', {directories});
  }

  async delete(directory: string): Promise<void> {
    await this.#sidecar.request('mlpLab/deleteRun', {directory});
    this.refresh();
  }

  /** To be called when something may have changed. */
  refresh(document?: vscode.Uri): void {
    this.#refreshedAt = Date.now();
    this.#changed.fire(document);
  }

  dispose(): void {
    this.#watcher.dispose();
    this.#focus.dispose();
    this.#changed.dispose();
  }
}
