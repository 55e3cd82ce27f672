import * as vscode from 'vscode';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {RunSummary} from '../../schemas/protocol.ts';
import {documentPattern} from '../document.ts';
import type {Sidecar} from '../sidecar/sidecar.ts';

/** The runs that are stored beside the documents of the workspace, as the sidecar lists them. */
export class StoredRuns implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  /** The runs of one document changed, or of all. */
  readonly onDidChange = this.#changed.event;

  constructor(sidecar: Sidecar) {
    this.#sidecar = sidecar;
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

  async delete(directory: string): Promise<void> {
    await this.#sidecar.request('mlpLab/deleteRun', {directory});
    this.#changed.fire(undefined);
  }

  /** To be called when something may have changed. */
  refresh(document?: vscode.Uri): void {
    this.#changed.fire(document);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
