/** Follow the Tips, Find a Learning Rate: what makes a better document of the one that is open. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import type {Command} from '../commands/registerCommands.ts';
import {tellProblems} from '../commands/runDocument.ts';
import {variantNames} from '../commands/variantNames.ts';
import {assertTrusted, commandTarget, pathOf} from '../document.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import {pickVariant} from './answeredRun.ts';
import {showChange} from './applyText.ts';
import {ask} from './ask.ts';
import {showPage} from './showPage.ts';

/** Adds a variant that follows the tutorial's tips, as an edit that can be undone. */
export function followTips(lab: Lab): Command {
  return async argument => {
    assertTrusted();
    const {document} = await commandTarget(argument);
    const text = document.getText();
    const answer = await lab.sidecar.request('mlpLab/improveDocument', {text, name: null});
    if (answer.kind === 'wrongInput') return tellProblems(document.uri, answer.problems);
    if (document.getText() !== text) {
      throw new UserError(vscode.l10n.t('The document was changed meanwhile. Follow the tips again.'));
    }
    await showChange(document, answer.text);
    const compare = vscode.l10n.t('Cross-Validate');
    const reasons = vscode.l10n.t('Show Reasons');
    const message = vscode.l10n.t(
      'The variant "{0}" follows the tips. They are no promise: compare it.',
      answer.variant,
    );
    const chosen = await vscode.window.showInformationMessage(message, compare, reasons);
    if (chosen === compare) await vscode.commands.executeCommand(COMMANDS.crossValidate, document.uri);
    if (chosen === reasons) await showText(answer.reasons.map(reason => `- ${reason}`).join('\n'));
  };
}

/** Lets the learning rate grow from step to step, and proposes one. */
export function findLearningRate(lab: Lab): Command {
  return async argument => {
    assertTrusted();
    const {document, command} = await commandTarget(argument);
    const path = pathOf(document);
    const names = command.variants ?? variantNames(document.getText());
    const variant = names.length === 0 ? null : await pickVariant(names, vscode.l10n.t('Variant to train'));
    if (variant === undefined) return;
    const text = document.getText();
    const title = vscode.l10n.t('Learning-rate range test of {0}', basename(path));
    const answer = await ask(lab, title, 'mlpLab/findLearningRate', {document: path, text, variant});
    if (!answer) return;
    if (answer.kind === 'wrongInput') return tellProblems(document.uri, answer.problems);
    showPage(title, answer.page);
    const write = vscode.l10n.t('Write {0} into Document', answer.learningRate);
    const isChanged = () => document.getText() !== text;
    if ((await vscode.window.showInformationMessage(answer.words.join(' '), write)) !== write) return;
    if (!isChanged()) return showChange(document, answer.text);
    const changed = vscode.l10n.t(
      'The document was changed meanwhile: set training.optimizer.learningRate to {0}.',
      answer.learningRate,
    );
    void vscode.window.showWarningMessage(changed);
  };
}

async function showText(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({language: 'markdown', content});
  await vscode.window.showTextDocument(document, {viewColumn: vscode.ViewColumn.Beside, preserveFocus: true});
}
