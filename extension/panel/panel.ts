/**
 * One panel: its page, and what is passed between the page and the sidecar. A hidden page is thrown away by VS Code and
 * begins anew when it is seen again: it says `ready`, and is told what to show.
 */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {FromPanel, ToPanel} from '../../schemas/panel.ts';
import type {Notifications} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {openDataLine, openDocument, saveFile} from './editorActions.ts';
import {parseFromPanel} from './fromPanel.ts';
import {panelPage, panelRoot} from './panelPage.ts';
import type {ShownRun} from './shownRun.ts';

/** A page that has not said `ready` by then shows nothing: better to say so, in ms. */
const readyMs = 30_000;

export type PanelLab = Pick<Lab, 'context' | 'log' | 'sidecar' | 'runs' | 'stored'>;

export class Panel implements vscode.Disposable {
  readonly #lab: PanelLab;
  readonly #view: vscode.WebviewPanel;
  /** Runs whose events go to this page. */
  readonly #attached = new Set<string>();
  #shown: ShownRun;
  #watchdog: NodeJS.Timeout | undefined;
  readonly onDidDispose: vscode.Event<void>;

  constructor(lab: PanelLab, view: vscode.WebviewPanel, shown: ShownRun) {
    this.#lab = lab;
    this.#view = view;
    this.#shown = shown;
    this.onDidDispose = view.onDidDispose;
    view.webview.options = {enableScripts: true, localResourceRoots: [panelRoot(lab.context.extensionUri)]};
    view.iconPath = vscode.Uri.joinPath(lab.context.extensionUri, 'extension/media/panel.svg');
    view.webview.onDidReceiveMessage(message => this.#receive(message));
    view.onDidChangeViewState(() => {
      if (view.visible) return;
      this.#detach();
      // The page knows by now, and what it shows next is what the user left it at.
      this.#shown = {...this.#shown, layer: undefined};
    });
    view.onDidDispose(() => {
      clearTimeout(this.#watchdog);
      this.#detach();
    });
    this.#load();
  }

  get shown(): ShownRun {
    return this.#shown;
  }

  get isVisible(): boolean {
    return this.#view.visible;
  }

  /** Shows another run in place of the one before. */
  show(shown: ShownRun): void {
    this.#shown = shown;
    this.#view.reveal(undefined, true);
    this.#tellWhat();
  }

  /** Passes a notification of the sidecar on, if this page asked for it. */
  notify<M extends keyof Notifications>(method: M, params: Notifications[M]): void {
    if (!this.#view.visible) return;
    if (method === 'mlpLab/logged') return;
    if ('run' in params && !this.#attached.has(params.run)) return;
    this.#post({kind: 'notification', method, params} as ToPanel);
  }

  sidecarChanged(status: 'stopped' | 'started'): void {
    if (status === 'stopped') this.#attached.clear();
    this.#post({kind: 'sidecar', status});
  }

  dispose(): void {
    this.#view.dispose();
  }

  #load(): void {
    this.#view.webview.html = panelPage(this.#view.webview, this.#lab.context.extensionUri);
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#tellBlank(), readyMs);
  }

  async #tellBlank(): Promise<void> {
    if (!this.#view.visible) return;
    this.#lab.log.error('The page of the panel did not start.');
    const reload = vscode.l10n.t('Reload Panel');
    const showLog = vscode.l10n.t('Show Log');
    const chosen = await vscode.window.showErrorMessage(vscode.l10n.t('The panel did not start.'), reload, showLog);
    if (chosen === reload) this.#load();
    if (chosen === showLog) this.#lab.log.show();
  }

  #tellWhat(): void {
    const {directory, document, layer} = this.#shown;
    this.#view.title = basename(document, '.mlp.json');
    this.#post({
      kind: 'show',
      directory,
      state: this.#lab.runs.of(directory) ?? null,
      ...(layer === undefined ? {} : {layer}),
    });
  }

  async #receive(raw: unknown): Promise<void> {
    const message = parseFromPanel(raw);
    if (!message) {
      this.#lab.log.warn('The panel sent a message that is not of this version.');
      return;
    }
    try {
      await this.#handle(message);
    } catch (error) {
      this.#lab.log.error(error instanceof Error ? error : String(error));
      vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  async #handle(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        clearTimeout(this.#watchdog);
        this.#attached.clear();
        return this.#tellWhat();
      case 'request':
        return this.#passOn(message);
      case 'openDataLine':
        return openDataLine(await this.#lab.stored.read(this.#shown.directory), this.#shown.document, message.line);
      case 'openDocument':
        return openDocument(this.#shown.document, message.layer);
      case 'saveFile':
        return saveFile(this.#shown.document, message);
      case 'failed':
        return this.#lab.log.error(`Panel: ${message.message}`);
    }
  }

  async #passOn({id, method, params}: Extract<FromPanel, {kind: 'request'}>): Promise<void> {
    // Noted before it is asked for: the first events may come sooner than the answer.
    if (method === 'mlpLab/attach') this.#attached.add(params.run);
    if (method === 'mlpLab/detach') this.#attached.delete(params.run);
    try {
      this.#post({kind: 'response', id, result: await this.#lab.sidecar.request(method, params)});
      if (method === 'mlpLab/deleteRun') this.#lab.stored.refresh();
    } catch (error) {
      this.#lab.log.debug(`${method}: ${error}`);
      this.#post({kind: 'refused', id, message: error instanceof Error ? error.message : String(error)});
    }
  }

  /** A page that nobody sees costs the sidecar nothing. */
  #detach(): void {
    for (const run of this.#attached) {
      if (!this.#lab.sidecar.isRunning) continue;
      this.#lab.sidecar.request('mlpLab/watch', {run, watched: null}).catch(() => {}); // It may have ended.
      this.#lab.sidecar.request('mlpLab/detach', {run}).catch(() => {});
    }
    this.#attached.clear();
  }

  #post(message: ToPanel): void {
    void this.#view.webview.postMessage(message);
  }
}
