/** The tools of sidecar/tools for agents in the editor: the adapter, and nothing of what they do. */
import * as vscode from 'vscode';
import type {Lab} from '../lab.ts';

interface ContributedTool {
  readonly name: string;
}

export function registerTools({context, sidecar}: Lab): vscode.Disposable {
  // Forks of VS Code may lack it; their agents have `mlp mcp`.
  if (typeof vscode.lm?.registerTool !== 'function') return new vscode.Disposable(() => {});
  const {contributes} = context.extension.packageJSON as {contributes: {languageModelTools: ContributedTool[]}};
  const call = (name: string, input: object) => ({name, input, folders: openFolders()});
  const registered = contributes.languageModelTools.map(({name}) =>
    vscode.lm.registerTool<object>(name, {
      async prepareInvocation({input}) {
        const {text} = await sidecar.request('mlpLab/confirmTool', call(name, input));
        if (text === null) return {};
        return {confirmationMessages: {title: vscode.l10n.t('Train with MLP Lab?'), message: text}};
      },
      async invoke({input}) {
        const {text} = await sidecar.request('mlpLab/callTool', call(name, input));
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      },
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** @throws Error in a folder that is not trusted */
function openFolders(): string[] {
  if (!vscode.workspace.isTrusted) throw new Error('The folder is not trusted: nothing beside its documents is read.');
  return (vscode.workspace.workspaceFolders ?? []).filter(({uri}) => uri.scheme === 'file').map(({uri}) => uri.fsPath);
}
