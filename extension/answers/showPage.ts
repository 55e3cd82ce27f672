import * as vscode from 'vscode';

/** Shows a page of the sidecar beside the editor: HTML that needs nothing else, and runs nothing. */
export function showPage(title: string, html: string): void {
  const place = {viewColumn: vscode.ViewColumn.Beside, preserveFocus: true};
  const view = vscode.window.createWebviewPanel('mlpLab.page', title, place, {enableFindWidget: true});
  view.webview.html = inColoursOfEditor(html);
}

/** Alone, a page follows the machine; in the editor it follows the editor. */
function inColoursOfEditor(html: string): string {
  const style =
    '<style>:root { color-scheme: inherit; } body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground); }</style>';
  return html.replace('</head>', `${style}</head>`);
}
