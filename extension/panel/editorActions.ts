/** What only an editor can do for the panel. */
import {dirname, isAbsolute, join} from 'node:path';
import * as vscode from 'vscode';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {FromPanel} from '../../schemas/panel.ts';
import {UserError} from '../userError.ts';

/** @param line one-based, of the data file of the run */
export async function openDataLine(run: StoredRun, document: string, line: number): Promise<void> {
  const {data} = (run.variants[0]?.document ?? {}) as {data?: {source?: string}};
  if (!data?.source) throw new UserError(vscode.l10n.t('The run does not say which data file it used.'));
  const file = isAbsolute(data.source) ? data.source : join(dirname(document), data.source);
  if (!/\.(csv|tsv|txt|jsonl|ndjson)$/i.test(file)) {
    throw new UserError(vscode.l10n.t('{0} is not a text file, so it has no line {1} to show.', data.source, line));
  }
  await show(vscode.Uri.file(file), new vscode.Position(line - 1, 0), 'data');
}

export async function openDocument(document: string, layer: string | null): Promise<void> {
  const text = (await vscode.workspace.openTextDocument(document)).getText();
  // Layers that have no name in the document are called by their type and number: the document is shown from its start.
  const name = layer === null ? -1 : text.search(new RegExp(`"name"\\s*:\\s*${escaped(JSON.stringify(layer))}`));
  const position = name < 0 ? new vscode.Position(0, 0) : positionAt(text, name);
  await show(vscode.Uri.file(document), position, 'document');
}

export async function saveFile(document: string, {name, content}: Extract<FromPanel, {kind: 'saveFile'}>) {
  // A proposed name is a name, never a path.
  const proposed = vscode.Uri.file(join(dirname(document), name.replaceAll(/[\\/:]/g, '-')));
  const target = await vscode.window.showSaveDialog({defaultUri: proposed});
  if (!target) return;
  await vscode.workspace.fs.writeFile(
    target,
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  );
}

/** Beside the panel, in the group of the document where there is one. */
async function show(uri: vscode.Uri, position: vscode.Position, what: 'data' | 'document'): Promise<void> {
  const open = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
  const column = open?.viewColumn ?? vscode.window.visibleTextEditors[0]?.viewColumn ?? vscode.ViewColumn.One;
  const selection = new vscode.Range(position, position);
  try {
    const editor = await vscode.window.showTextDocument(uri, {viewColumn: column, selection});
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
  } catch (cause) {
    const file = vscode.workspace.asRelativePath(uri);
    const message =
      what === 'data'
        ? vscode.l10n.t('The data file {0} cannot be opened as text. Is it still there?', file)
        : vscode.l10n.t('The document {0} cannot be opened. Is it still there?', file);
    throw new UserError(message, undefined, {cause});
  }
}

function positionAt(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split('\n');
  return new vscode.Position(before.length - 1, before.at(-1)!.length);
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
