/** Titles of code lenses in the language of the editor. The language server, which other editors have too, speaks English. */
import * as vscode from 'vscode';

/** @param title as the server gives it: an icon, words, and after a result of an older text a remark */
export function lensTitle(title: string): string {
  const [, icon = '', words = '', remark] = /^(\$\([\w-]+\) )?(.*?)( \(before changes\))?$/s.exec(title)!;
  const result = translations().get(words) ?? words;
  return `${icon}${result}${remark === undefined ? '' : ` (${vscode.l10n.t('before changes')})`}`;
}

/** By the words of the server. What is missing here, such as the numbers of a result, stays as it is. */
function translations(): ReadonlyMap<string, string> {
  return new Map([
    ['Train model', vscode.l10n.t('Train model')],
    ['Train', vscode.l10n.t('Train')],
    ['Cross-validate', vscode.l10n.t('Cross-validate')],
    ['Compare variants', vscode.l10n.t('Compare variants')],
    ['Tune dropout', vscode.l10n.t('Tune dropout')],
    ['Tune', vscode.l10n.t('Tune')],
    ['Explain', vscode.l10n.t('Explain')],
    ['Report', vscode.l10n.t('Report')],
    ['Find a learning rate', vscode.l10n.t('Find a learning rate')],
    ['Follow the tips', vscode.l10n.t('Follow the tips')],
    ['Show in panel', vscode.l10n.t('Show in panel')],
    ['Last result', vscode.l10n.t('Last result')],
  ]);
}
