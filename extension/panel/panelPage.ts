import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import * as vscode from 'vscode';

/** Where the panel's page and nothing else may be loaded from. */
export function panelRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist/webview');
}

/** The page of the panel, with a policy of its own: no inline script, nothing from elsewhere. */
export function panelPage(webview: vscode.Webview, extension: vscode.Uri): string {
  const root = panelRoot(extension);
  const local = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  const values: Readonly<Record<string, string>> = {
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    style: local('panel.css'),
    script: local('panel.js'),
  };
  const page = readFileSync(vscode.Uri.joinPath(root, 'panel.html').fsPath, 'utf8');
  return page.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]!);
}
