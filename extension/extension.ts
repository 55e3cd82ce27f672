/** Entry point of the extension: wiring only. What is large is loaded when it is first needed. */
import * as vscode from 'vscode';
import type {LogEntry} from '../schemas/protocol.ts';
import {registerPredictedLines} from './answers/predictedLines.ts';
import {registerCommands, showError} from './commands/registerCommands.ts';
import {keepContextKeys} from './keepContextKeys.ts';
import type {Lab} from './lab.ts';
import {LanguageService} from './language/languageService.ts';
import {Panels, panelType} from './panel/panels.ts';
import {announceEnd} from './runs/announceEnd.ts';
import {LiveRuns} from './runs/liveRuns.ts';
import {resumeInterrupted} from './runs/resumeInterrupted.ts';
import {registerRunDocuments} from './runs/runDocuments.ts';
import {RunsTree} from './runs/runsTree.ts';
import {createStatusBar} from './runs/statusBar.ts';
import {StoredRuns} from './runs/storedRuns.ts';
import {workspaceMemory} from './runs/workspaceMemory.ts';
import {Sidecar} from './sidecar/sidecar.ts';
import {createTaskProvider, taskType} from './tasks/taskProvider.ts';
import {registerTools} from './tools/languageModelTools.ts';

const loadedAt = performance.now();
/** A loaded machine may take long to start a process, in ms. */
const helloMs = 20_000;

let active: Lab | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('MLP Lab', {log: true});
  const lab = createLab(context, log);
  active = lab;
  const tree = new RunsTree(lab);
  const view = vscode.window.createTreeView('mlpLab.runs', {treeDataProvider: tree, canSelectMany: true});
  context.subscriptions.push(
    log,
    registerCommands(lab),
    registerTools(lab),
    tree,
    view,
    createStatusBar(lab),
    registerRunDocuments(lab.stored),
    registerPredictedLines(context.workspaceState),
    vscode.window.registerWebviewPanelSerializer(panelType, lab.panels),
    vscode.tasks.registerTaskProvider(taskType, createTaskProvider(file(context, 'mlp.mjs'), lab.stored)),
    // The first run beside a document lies in folders that are new, of which no watcher tells.
    vscode.tasks.onDidEndTaskProcess(({execution}) => {
      if (execution.task.definition.type === taskType) lab.stored.refresh();
    }),
  );
  keepContextKeys(lab.runs);
  context.subscriptions.push(
    lab.stored,
    lab.stored.onDidChange(document => lab.language.runsChanged(document)),
  );
  lab.runs.on('ended', state => {
    announceEnd(lab, state).catch(error => showError(log, 'The end of a run', error));
  });
  void resumeInterrupted(lab);
  log.info(`MLP Lab is active after ${Math.round(performance.now() - loadedAt)} ms.`);
}

/** Runs in training are stored and taken up by the next window. */
export async function deactivate(): Promise<void> {
  active?.runs.dispose();
  await active?.language.dispose();
  await active?.sidecar.dispose();
}

function createLab(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Lab {
  const sidecar: Sidecar = new Sidecar({
    async start(handlers) {
      const {startSidecar} = await import('./sidecar/sidecarProcess.ts');
      const execPath = vscode.workspace.getConfiguration('mlpLab').get<string>('nodePath') || undefined;
      const options = {program: file(context, 'server.mjs'), ...(execPath ? {execPath} : {}), helloMs};
      return startSidecar({...options, onOutput: line => logOutput(log, line)}, handlers);
    },
    isNeeded: () => runs.states.length > 0 || panels.isOpen,
  });
  const runs = new LiveRuns(sidecar, workspaceMemory(context.workspaceState));
  const stored = new StoredRuns(sidecar);
  const panels = new Panels({context, log, sidecar, runs, stored});
  const language = new LanguageService(file(context, 'languageServer.cjs'), log);
  logSidecar(sidecar, log);
  return {context, log, sidecar, runs, stored, panels, language};
}

function logSidecar(sidecar: Sidecar, log: vscode.LogOutputChannel): void {
  const levels = {error: 'error', warning: 'warn', info: 'info', debug: 'debug'} as const;
  sidecar.on('started', ({release, machine}) => {
    log.info(`Sidecar ${release} on Node ${machine.node}, ${machine.cores} cores, engine ${machine.engine}.`);
  });
  sidecar.on('notification', (method, params) => {
    if (method !== 'mlpLab/logged') return;
    const {level, message} = params as LogEntry;
    log[levels[level]](message);
  });
  sidecar.on('died', (reason, willRestart) => {
    log.error(`The sidecar died: ${reason}.`);
    void tellDeath(log, willRestart);
  });
}

/** Lines of the sidecar's own log come over its channel, too. What else it writes is what went wrong beside it. */
function logOutput(log: vscode.LogOutputChannel, line: string): void {
  if (!/^\d{4}-\d\d-\d\dT\S+ (error|warning|info|debug) /.test(line)) log.warn(`sidecar: ${line}`);
}

async function tellDeath(log: vscode.LogOutputChannel, willRestart: boolean): Promise<void> {
  if (willRestart) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('The sidecar ended and is started again; runs go on.'), 5000);
    return;
  }
  const restart = vscode.l10n.t('Restart Sidecar');
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t('The process that trains has ended. Runs are stored and can be resumed.');
  const chosen = await vscode.window.showErrorMessage(message, restart, showLog);
  if (chosen === restart) await vscode.commands.executeCommand('mlpLab.restartSidecar');
  if (chosen === showLog) log.show();
}

function file(context: vscode.ExtensionContext, name: string): string {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;
}
