import * as vscode from 'vscode';

/**
 * Makes the text of a document another one, by replacing only what differs: one step to undo, nothing is saved.
 * @returns where the change is now; undefined where nothing differs
 */
export async function applyText(document: vscode.TextDocument, text: string): Promise<vscode.Range | undefined> {
  const before = document.getText();
  if (before === text) return undefined;
  const shortest = Math.min(before.length, text.length);
  let start = 0;
  while (start < shortest && before[start] === text[start]) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === text.at(-1 - end)) end++;
  const replaced = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, replaced, text.slice(start, text.length - end));
  await vscode.workspace.applyEdit(edit);
  return new vscode.Range(document.positionAt(start), document.positionAt(text.length - end));
}

/** The same, and shows it. */
export async function showChange(document: vscode.TextDocument, text: string): Promise<void> {
  const changed = await applyText(document, text);
  const editor = await vscode.window.showTextDocument(document);
  if (changed) editor.revealRange(changed, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
