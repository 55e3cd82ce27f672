import {basename, isAbsolute, relative} from 'node:path';
import * as vscode from 'vscode';
import type {StoredRuns} from '../runs/storedRuns.ts';

/** Type of the tasks, as tasks.json names it. */
export const taskType = 'mlp';

interface MlpTask extends vscode.TaskDefinition {
  readonly type: typeof taskType;
  readonly command: 'check' | 'cv' | 'train';
  /** Path of a document, absolute or from the folder of the workspace. */
  readonly file: string;
  readonly arguments?: readonly string[];
}

/** `mlp check`, `cv` and `train` as tasks, with the command line that the extension brings along: no Node is needed. */
export function createTaskProvider(program: string, stored: StoredRuns): vscode.TaskProvider {
  return {
    async provideTasks() {
      const documents = await stored.documents();
      return documents.flatMap(uri => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        if (!folder) return [];
        const file = vscode.workspace.asRelativePath(uri, false);
        return (['check', 'cv', 'train'] as const).map(command =>
          createTask(program, {type: taskType, command, file}, folder),
        );
      });
    },
    resolveTask({definition, scope}) {
      const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
      return folder && createTask(program, definition as MlpTask, folder);
    },
  };
}

function createTask(program: string, definition: MlpTask, folder: vscode.WorkspaceFolder): vscode.Task {
  const {command} = definition;
  // The problem matcher takes every path that is printed for one in the folder. VS Code can look for itself which they
  // are, but then it loses lines of a process that ends soon.
  const file = isAbsolute(definition.file) ? relative(folder.uri.fsPath, definition.file) : definition.file;
  const options = {cwd: folder.uri.fsPath, env: {ELECTRON_RUN_AS_NODE: '1'}};
  const execution = new vscode.ProcessExecution(
    process.execPath,
    [program, command, file, ...(definition.arguments ?? [])],
    options,
  );
  const name = `${command} ${basename(file)}`;
  const task = new vscode.Task(definition, folder, name, taskType, execution, command === 'check' ? '$mlp' : []);
  task.group = command === 'check' ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  task.detail = `mlp ${command} ${file}`;
  return task;
}
