import * as vscode from 'vscode';
import type {PanelState} from '../../schemas/panel.ts';
import type {Notifications} from '../../schemas/protocol.ts';
import {Panel, type PanelLab} from './panel.ts';
import {type ShownRun, shownRun} from './shownRun.ts';

/** Type of the panel for VS Code, which restores panels of this type when a window is reloaded. */
export const panelType = 'mlpLab.panel';

/** The panels of a window: one for each document. */
export class Panels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #lab: PanelLab;
  readonly #panels = new Set<Panel>();

  constructor(lab: PanelLab) {
    this.#lab = lab;
    lab.sidecar.on('notification', (method, params) => this.#notify(method, params));
    lab.sidecar.on('stopped', () => this.#forEach(panel => panel.sidecarChanged('stopped')));
    lab.sidecar.on('started', () => this.#forEach(panel => panel.sidecarChanged('started')));
  }

  get isOpen(): boolean {
    return this.#panels.size > 0;
  }

  /** Shows a run beside the editor, without taking the focus from it. */
  show(shown: ShownRun): void {
    const open = this.#of(shown.document);
    if (open) {
      open.show(shown);
      return;
    }
    const place = {viewColumn: vscode.ViewColumn.Beside, preserveFocus: true};
    this.#add(vscode.window.createWebviewPanel(panelType, 'MLP Lab', place), shown);
  }

  /** Of a run that could not be stored there is nothing to show. */
  close(directory: string): void {
    this.#forEach(panel => {
      if (panel.shown.directory === directory) panel.dispose();
    });
  }

  isVisible(document: string): boolean {
    return this.#of(document)?.isVisible ?? false;
  }

  /** Called by VS Code with what the page kept when the window was closed or reloaded. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const directory = (state as Partial<PanelState> | undefined)?.directory;
    if (typeof directory !== 'string' || !vscode.workspace.isTrusted) {
      view.dispose();
      return;
    }
    try {
      this.#add(view, shownRun(await this.#lab.stored.read(directory), directory));
    } catch (error) {
      // The run was deleted in the meantime, or never got as far as being stored.
      this.#lab.log.info(`A panel is not restored: ${error}`);
      view.dispose();
    }
  }

  dispose(): void {
    this.#forEach(panel => panel.dispose());
  }

  #add(view: vscode.WebviewPanel, shown: ShownRun): void {
    const panel = new Panel(this.#lab, view, shown);
    this.#panels.add(panel);
    panel.onDidDispose(() => this.#panels.delete(panel));
  }

  #of(document: string): Panel | undefined {
    return [...this.#panels].find(panel => panel.shown.document === document);
  }

  #notify<M extends keyof Notifications>(method: M, params: Notifications[M]): void {
    this.#forEach(panel => panel.notify(method, params));
  }

  #forEach(action: (panel: Panel) => void): void {
    for (const panel of this.#panels) action(panel);
  }
}
