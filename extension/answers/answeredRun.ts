import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import {assertTrusted, commandTarget, pathOf} from '../document.ts';
import type {Lab} from '../lab.ts';
import type {StoredRunItem} from '../runs/runsTree.ts';
import {UserError} from '../userError.ts';

/** A stored run that a command is about. */
export interface AnsweredRun {
  readonly directory: string;
  readonly document: vscode.Uri;
}

/**
 * The run of the caller, a lens or the tree; else the newest completed one of the document that is no search.
 * @throws UserError if there is none
 */
export async function answeredRun(
  lab: Lab,
  argument: unknown,
  kind: 'crossValidation' | 'training',
): Promise<AnsweredRun> {
  assertTrusted();
  const item = argument as Partial<StoredRunItem> | undefined;
  if (item?.kind === 'stored') return {directory: item.summary!.directory, document: item.documentUri!};
  const {document, command} = await commandTarget(argument);
  const path = pathOf(document);
  if (command.run !== undefined) return {directory: command.run, document: document.uri};
  for (const {directory, status, kind: of} of await lab.stored.list(document.uri)) {
    if (status !== 'completed' || of !== kind) continue;
    const {search, crossValidation} = await lab.stored.read(directory);
    if (!search && !crossValidation?.tuning) return {directory, document: document.uri};
  }
  const isTraining = kind === 'training';
  throw new UserError(
    isTraining
      ? vscode.l10n.t('{0} has no trained model yet. Train it first.', basename(path))
      : vscode.l10n.t('{0} has no cross-validation yet. Cross-validate it first.', basename(path)),
    {
      title: isTraining ? vscode.l10n.t('Train Model') : vscode.l10n.t('Cross-Validate'),
      command: isTraining ? COMMANDS.trainModel : COMMANDS.crossValidate,
      arguments: [document.uri],
    },
  );
}

/** The variant that the user picks of several. @returns undefined if the user thinks better of it */
export async function pickVariant(names: readonly string[], placeHolder: string): Promise<string | undefined> {
  return names.length === 1 ? names[0] : vscode.window.showQuickPick(names, {placeHolder});
}
