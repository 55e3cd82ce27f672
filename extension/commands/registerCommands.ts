import * as vscode from 'vscode';
import {COMMANDS, type RUN_COMMANDS} from '../../schemas/commands.ts';
import {findLearningRate, followTips} from '../answers/improveDocument.ts';
import {explain, gate, writeReport} from '../answers/judgeRun.ts';
import {predictFile} from '../answers/predictFile.ts';
import type {Lab} from '../lab.ts';
import {runCommands} from '../runs/runCommands.ts';
import {isUserError} from '../userError.ts';
import {cancelRun, pauseRun, resumeRun} from './changeRun.ts';
import {newExperiment} from './newExperiment.ts';
import {openExample} from './openExample.ts';
import {compareVariants, crossValidate, trainModel, tune, tuneDropout} from './runDocument.ts';
import {showPanel} from './showPanel.ts';

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS] | (typeof RUN_COMMANDS)[keyof typeof RUN_COMMANDS];
/** What a command does with the argument of its caller: a lens, a menu or the tree. */
export type Command = (argument: unknown, ...rest: unknown[]) => unknown;

export function registerCommands(lab: Lab): vscode.Disposable {
  const table: {readonly [K in CommandId]: Command} = {
    [COMMANDS.trainModel]: trainModel(lab),
    [COMMANDS.crossValidate]: crossValidate(lab),
    [COMMANDS.compareVariants]: compareVariants(lab),
    [COMMANDS.tuneDropout]: tuneDropout(lab),
    [COMMANDS.tune]: tune(lab),
    [COMMANDS.followTips]: followTips(lab),
    [COMMANDS.findLearningRate]: findLearningRate(lab),
    [COMMANDS.explain]: explain(lab),
    [COMMANDS.writeReport]: writeReport(lab),
    [COMMANDS.predictFile]: predictFile(lab),
    [COMMANDS.gate]: gate(lab),
    [COMMANDS.pauseRun]: pauseRun(lab),
    [COMMANDS.resumeRun]: resumeRun(lab),
    [COMMANDS.cancelRun]: cancelRun(lab),
    [COMMANDS.showPanel]: showPanel(lab),
    [COMMANDS.showLog]: () => lab.log.show(),
    [COMMANDS.newExperiment]: newExperiment(lab),
    [COMMANDS.openExample]: openExample(lab),
    [COMMANDS.showRunHistory]: () => vscode.commands.executeCommand('mlpLab.runs.focus'),
    [COMMANDS.restartSidecar]: () => lab.sidecar.restart(),
    ...runCommands(lab),
  };
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, command]) =>
      vscode.commands.registerCommand(id, (...parts: [unknown, ...unknown[]]) => run(lab, id, () => command(...parts))),
    ),
  );
}

/** The one place where an error of a command becomes a message. */
async function run({log}: Lab, id: string, action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    // The user thought better of it.
    if (error instanceof vscode.CancellationError) return undefined;
    await showError(log, id, error);
    return undefined;
  }
}

export async function showError(log: vscode.LogOutputChannel, what: string, error: unknown): Promise<void> {
  if (isUserError(error)) {
    log.info(`${what}: ${error.message}`);
    const {remedy} = error;
    const chosen = await vscode.window.showErrorMessage(error.message, ...(remedy ? [remedy.title] : []));
    if (remedy && chosen === remedy.title) {
      await vscode.commands.executeCommand(remedy.command, ...(remedy.arguments ?? []));
    }
    return;
  }
  log.error(what, error instanceof Error ? error : String(error));
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t('{0} The log says more.', error instanceof Error ? error.message : String(error));
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}
