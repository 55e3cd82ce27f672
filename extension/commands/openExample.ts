import * as vscode from 'vscode';
import type {Lab} from '../lab.ts';
import type {Command} from './registerCommands.ts';

/** Files of an example, as they lie in the extension. The first is opened. */
interface Example {
  readonly folder: string;
  readonly files: readonly [string, ...string[]];
  readonly title: string;
  readonly detail: string;
}

const examples = (): readonly Example[] => [
  {
    folder: 'sonar',
    files: ['sonar.mlp.json', 'sonar.csv', 'README.md'],
    title: vscode.l10n.t('Sonar: does dropout help?'),
    detail: vscode.l10n.t('208 rows of real data, two classes, three variants. Takes seconds.'),
  },
  {
    folder: 'penguins',
    files: ['penguins.mlp.json', 'penguins.csv', 'README.md'],
    title: vscode.l10n.t('Penguins: categories and missing values'),
    detail: vscode.l10n.t('344 rows, three classes, class weights.'),
  },
  {
    folder: 'friedman',
    files: ['friedman.mlp.json', 'friedman.csv'],
    title: vscode.l10n.t('Friedman: a real target'),
    detail: vscode.l10n.t('Regression with known noise, early stopping, a cosine schedule.'),
  },
  {
    folder: 'moons',
    files: ['moons.mlp.json', 'moons.csv'],
    title: vscode.l10n.t('Moons: a shape that no line divides'),
    detail: vscode.l10n.t('Two inputs, so that the decision surface can be drawn.'),
  },
  {
    folder: 'spirals',
    files: ['spirals.mlp.json', 'spirals.csv'],
    title: vscode.l10n.t('Spirals: a harder shape'),
    detail: vscode.l10n.t('Two inputs, two arms that turn around each other.'),
  },
];

/**
 * `mlpLab.openExample`: copies an example into a folder of the user, because runs are stored beside their document.
 * What is there already is opened as it is.
 */
export function openExample({context}: Lab): Command {
  return async argument => {
    const example = await chooseExample(argument);
    const parent = example && (await chooseFolder());
    if (!parent) return;
    const target = vscode.Uri.joinPath(parent, 'mlp-examples', example.folder);
    const source = vscode.Uri.joinPath(context.extensionUri, 'examples', example.folder);
    for (const file of example.files) {
      await copyMissing(vscode.Uri.joinPath(source, file), vscode.Uri.joinPath(target, file));
    }
    const document = vscode.Uri.joinPath(target, example.files[0]);
    const isInside = vscode.workspace.getWorkspaceFolder(document) !== undefined;
    // Without a folder there is no view of runs and no trust: the example becomes one.
    if (!isInside && !vscode.workspace.workspaceFolders)
      await vscode.commands.executeCommand('vscode.openFolder', target);
    else await vscode.window.showTextDocument(document);
  };
}

async function chooseExample(argument: unknown): Promise<Example | undefined> {
  const named = examples().find(({folder}) => folder === argument);
  if (named) return named;
  const items = examples().map(example => ({label: example.title, detail: example.detail, example}));
  const placeHolder = vscode.l10n.t('An experiment that runs as it stands');
  return (await vscode.window.showQuickPick(items, {placeHolder, matchOnDetail: true}))?.example;
}

/** The folder of the workspace where there is one, else one that the user chooses. */
async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders?.filter(({uri}) => uri.scheme === 'file') ?? [];
  if (folders.length > 1) return (await vscode.window.showWorkspaceFolderPick())?.uri;
  if (folders[0]) return folders[0].uri;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: vscode.l10n.t('Put the Example Here'),
  });
  return chosen?.[0];
}

async function copyMissing(source: vscode.Uri, target: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.copy(source, target, {overwrite: false});
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError && error.code === 'FileExists')) throw error;
  }
}
