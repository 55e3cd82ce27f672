/** Files of predictions name lines of the data that they were made of: here these become links. */
import * as vscode from 'vscode';
import {UserError} from '../userError.ts';

const KEY = 'mlpLab.predictedFiles';
const PATTERN = '**/*.predicted*.csv';
/** More links than anyone follows would make a large file slow. */
const MOST_LINKS = 5000;
const TEXT = /\.(csv|tsv|txt|jsonl|ndjson)$/i;

/** @param data file that the predictions are of */
export function rememberPredicted(memory: vscode.Memento, predicted: vscode.Uri, data: vscode.Uri): void {
  void memory.update(KEY, {...memory.get<Record<string, string>>(KEY), [predicted.fsPath]: data.fsPath});
}

export function registerPredictedLines(memory: vscode.Memento): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(
    {scheme: 'file', pattern: PATTERN},
    {
      provideDocumentLinks(document) {
        const data = memory.get<Record<string, string>>(KEY)?.[document.uri.fsPath];
        return data === undefined || !TEXT.test(data) ? [] : lineLinks(document, vscode.Uri.file(data));
      },
    },
  );
}

/** @param line one-based @throws UserError if the file has no lines */
export async function openLine(data: vscode.Uri, line: number): Promise<void> {
  if (!TEXT.test(data.path)) {
    const file = vscode.workspace.asRelativePath(data);
    throw new UserError(vscode.l10n.t('{0} is not a text file, so it has no line {1} to show.', file, line));
  }
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  const editor = await vscode.window.showTextDocument(data, {selection});
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
}

function lineLinks(document: vscode.TextDocument, data: vscode.Uri): vscode.DocumentLink[] {
  if (document.lineAt(0).text.split(',')[0] !== 'line') return [];
  const count = Math.min(document.lineCount, MOST_LINKS);
  return Array.from({length: count - 1}, (_, i) => i + 1).flatMap(row => {
    const [number] = /^\d+/.exec(document.lineAt(row).text) ?? [];
    if (number === undefined) return [];
    const link = new vscode.DocumentLink(
      new vscode.Range(row, 0, row, number.length),
      data.with({fragment: `L${number}`}),
    );
    link.tooltip = vscode.l10n.t('Line {0} of the data file', number);
    return [link];
  });
}
