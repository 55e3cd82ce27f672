/** Train model, Cross-validate, Compare variants, Tune, Tune dropout: a run of a document as it stands in the editor. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import type {Problem} from '../../schemas/problem.ts';
import type {StartRun} from '../../schemas/protocol.ts';
import {assertTrusted, commandTarget, pathOf} from '../document.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import type {Command} from './registerCommands.ts';
import {variantNames} from './variantNames.ts';

export function trainModel(lab: Lab): Command {
  return async argument => {
    const {document, command} = await commandTarget(argument);
    await startRun(lab, 'training', document, command.variants ?? null);
  };
}

export function crossValidate(lab: Lab): Command {
  return async argument => {
    const {document, command} = await commandTarget(argument);
    await startRun(lab, 'crossValidation', document, command.variants ?? null);
  };
}

/** Sweeps dropout rates on the inputs and on the hidden layers; the panel shows what is recommended. */
export function tuneDropout(lab: Lab): Command {
  return async argument => {
    const {document, command} = await commandTarget(argument);
    await startRun(lab, 'crossValidation', document, command.variants ?? null, 'dropout');
  };
}

/** Tries the settings that the document's `tune` names. */
export function tune(lab: Lab): Command {
  return async argument => {
    const {document, command} = await commandTarget(argument);
    await startRun(lab, 'crossValidation', document, command.variants ?? null, 'tune');
  };
}

/** Cross-validates the variants that the user picks, on the same folds, so that the panel compares them. */
export function compareVariants(lab: Lab): Command {
  return async argument => {
    assertTrusted();
    const {document, command} = await commandTarget(argument);
    const variants = command.variants ?? (await pickVariants(document));
    if (variants) await startRun(lab, 'crossValidation', document, variants);
  };
}

/** @returns undefined if the user thinks better of it */
async function pickVariants(document: vscode.TextDocument): Promise<readonly string[] | undefined> {
  const names = variantNames(document.getText());
  if (names.length < 2) {
    throw new UserError(
      vscode.l10n.t('{0} has no two variants to compare. Add them under "variants".', basename(document.uri.path)),
    );
  }
  const items = names.map((label, i) => ({label, picked: true, ...(i === 0 ? {description: baseline()} : {})}));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Compare Variants'),
    placeHolder: vscode.l10n.t('Variants to cross-validate on the same folds; the first one picked is the baseline'),
  });
  return picked && picked.length > 0 ? picked.map(({label}) => label) : undefined;
}

const baseline = () => vscode.l10n.t('first variant');

async function startRun(
  lab: Lab,
  kind: StartRun['kind'],
  document: vscode.TextDocument,
  variants: readonly string[] | null,
  search?: StartRun['search'],
): Promise<void> {
  assertTrusted();
  const path = pathOf(document);
  const settings = vscode.workspace.getConfiguration('mlpLab', document);
  const workers = settings.get<number | null>('workers') ?? undefined;
  const request = {
    kind,
    document: path,
    text: document.getText(),
    variants,
    ...(workers ? {workers} : {}),
    ...(search ? {search} : {}),
  };
  const answer = await vscode.window.withProgress(
    {location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading {0}', basename(path))},
    () => lab.runs.start(request),
  );
  if ('problems' in answer) return tellProblems(document.uri, answer.problems);
  lab.log.info(`${kind} of ${path}: ${answer.directory}`);
  if (settings.get<boolean>('openPanelOnRun')) lab.panels.show({directory: answer.directory, document: path});
  if (settings.get<string>('progress') === 'notification') void showProgress(lab, answer.directory);
}

/** The first mistake in full; the Problems view has the others. */
export async function tellProblems(document: vscode.Uri, problems: readonly Problem[]): Promise<void> {
  const errors = problems.filter(({severity}) => severity === 'error');
  const [first] = errors;
  const name = basename(document.path);
  const message =
    errors.length > 1
      ? vscode.l10n.t('{0} has {1} errors. The first: {2}', name, errors.length, first!.message)
      : vscode.l10n.t('{0} cannot be run: {1}', name, first?.message ?? '');
  const goTo = vscode.l10n.t('Go to Error');
  const showProblems = vscode.l10n.t('Show Problems');
  const chosen = await vscode.window.showErrorMessage(message, goTo, showProblems);
  if (chosen === showProblems) await vscode.commands.executeCommand('workbench.actions.view.problems');
  if (chosen !== goTo || !first) return;
  const {start, end} = first.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(document, {selection});
}

/** Progress with a button to cancel, for those who want more than the status bar. */
async function showProgress({runs}: Lab, directory: string): Promise<void> {
  const title = vscode.l10n.t('MLP Lab: {0}', basename(runs.of(directory)?.document ?? ''));
  const options = {location: vscode.ProgressLocation.Notification, title, cancellable: true};
  await vscode.window.withProgress(options, (progress, token) => {
    let told = 0;
    return new Promise<void>(resolve => {
      const update = () => {
        const state = runs.of(directory);
        if (!state) {
          runs.off('changed', update);
          resolve();
          return;
        }
        progress.report({increment: (state.progress - told) * 100, message: `${Math.floor(state.progress * 100)} %`});
        told = state.progress;
      };
      runs.on('changed', update);
      token.onCancellationRequested(() => {
        const run = runs.of(directory)?.run;
        if (run !== undefined) void vscode.commands.executeCommand(COMMANDS.cancelRun, {run});
      });
      update();
    });
  });
}
