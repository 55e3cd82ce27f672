/** Which document a command is about: the argument of a lens, a tree item, a menu, or the active editor. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {DocumentCommand} from '../schemas/commands.ts';
import {UserError} from './userError.ts';

export const documentPattern = '**/*.mlp.json';

export function isNetworkDocument({uri}: vscode.TextDocument): boolean {
  return isNetworkUri(uri);
}

/** The document of a command, with what else its argument says. @throws UserError if there is none */
export async function commandTarget(
  argument: unknown,
): Promise<{readonly document: vscode.TextDocument; readonly command: Omit<DocumentCommand, 'uri'>}> {
  const command = parseCommand(argument);
  const uri = command?.uri ?? visibleDocument();
  if (!uri || !isNetworkUri(uri)) {
    throw new UserError(vscode.l10n.t('Open a .mlp.json document first, then try again.'), {
      title: vscode.l10n.t('Open Example'),
      command: 'mlpLab.openExample',
    });
  }
  const {uri: _, ...rest} = command ?? {};
  return {document: await vscode.workspace.openTextDocument(uri), command: rest};
}

/** Path of a document on disk. @throws UserError if it has none */
export function pathOf(document: vscode.TextDocument): string {
  if (document.uri.scheme === 'file') return document.uri.fsPath;
  throw new UserError(
    vscode.l10n.t('Save {0} as a file first: its data and its runs lie beside it.', basename(document.uri.path)),
  );
}

/** Nothing is run and nothing beside the document is read before the user trusts the folder. */
export function assertTrusted(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    vscode.l10n.t('MLP Lab reads data and trains only in a folder that you trust. Until then it checks the text.'),
    {title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage'},
  );
}

function isNetworkUri(uri: vscode.Uri): boolean {
  return uri.path.endsWith('.mlp.json');
}

/** The active document, or the only one in sight: a panel may have the focus. */
function visibleDocument(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active && isNetworkUri(active)) return active;
  const visible = vscode.window.visibleTextEditors.map(({document}) => document.uri).filter(isNetworkUri);
  return new Set(visible.map(String)).size === 1 ? visible[0] : undefined;
}

/** Menus pass a URI, lenses a DocumentCommand, the tree an item with one; anything else is ignored. */
function parseCommand(argument: unknown): (Omit<DocumentCommand, 'uri'> & {readonly uri: vscode.Uri}) | undefined {
  if (argument instanceof vscode.Uri) return {uri: argument};
  if (typeof argument !== 'object' || argument === null) return undefined;
  const {uri, variants, run, layer, documentUri} = argument as Record<string, unknown>;
  if (documentUri instanceof vscode.Uri) return {uri: documentUri};
  if (typeof uri !== 'string') return undefined;
  return {
    uri: vscode.Uri.parse(uri),
    ...(Array.isArray(variants) ? {variants: variants.filter(name => typeof name === 'string')} : {}),
    ...(typeof run === 'string' ? {run} : {}),
    ...(typeof layer === 'string' ? {layer} : {}),
  };
}
