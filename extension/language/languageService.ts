import * as vscode from 'vscode';
import {RUNS_CHANGED} from '../../schemas/commands.ts';
import {isNetworkDocument} from '../document.ts';
import type {RunningLanguageClient} from './languageClient.ts';

/** The language server: started when the first document is seen, started anew when the folder becomes trusted. */
export class LanguageService implements vscode.Disposable {
  readonly #program: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[] = [];
  #client: Promise<RunningLanguageClient> | undefined;

  constructor(program: string, log: vscode.LogOutputChannel) {
    this.#program = program;
    this.#log = log;
    this.#subscriptions.push(
      vscode.workspace.onDidOpenTextDocument(document => this.#see(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#restart()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('mlpLab.ruleThresholds')) void this.#restart();
      }),
    );
    for (const document of vscode.workspace.textDocuments) this.#see(document);
  }

  /** Lenses and hovers show results: they are told when there are new ones. @param document undefined: all */
  async runsChanged(document: vscode.Uri | undefined): Promise<void> {
    const client = await this.#client;
    const open = vscode.workspace.textDocuments.filter(isNetworkDocument).map(({uri}) => uri);
    for (const uri of document ? [document] : open) client?.notify(RUNS_CHANGED, {uri: uri.toString()});
  }

  async dispose(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    await this.#stop();
  }

  #see(document: vscode.TextDocument): void {
    if (isNetworkDocument(document)) void this.#start();
  }

  #start(): Promise<RunningLanguageClient> {
    this.#client ??= this.#begin();
    return this.#client;
  }

  async #begin(): Promise<RunningLanguageClient> {
    const {startLanguageClient} = await import('./languageClient.ts');
    return startLanguageClient({program: this.#program, log: this.#log});
  }

  async #restart(): Promise<void> {
    if (!this.#client) return;
    await this.#stop();
    await this.#start();
  }

  async #stop(): Promise<void> {
    const stopping = this.#client;
    this.#client = undefined;
    await stopping?.then(
      client => client.stop(),
      () => {}, // It never started, and its client has said so.
    );
  }
}
