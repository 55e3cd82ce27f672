/** Takes the pictures of docs/editor.md in a real VS Code: `npm run pictures`. Look at them before they are kept. */
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';
import type {Workbench} from './rig/workbench.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pictures = join(root, 'docs/images');
mkdirSync(pictures, {recursive: true});

async function take({page}: Workbench, name: string): Promise<void> {
  await expect.poll(() => page.locator('.notification-list-item').count(), {timeout: 30_000}).toBe(0);
  // The network has too many colours for a small PNG.
  const format = name.endsWith('.jpg') ? ({type: 'jpeg', quality: 85} as const) : {};
  await page.screenshot({path: join(pictures, name), ...format});
}

describeEditor('pictures', {settings: {'workbench.activityBar.location': 'default'}}, rig => {
  test('a run beside its document', async () => {
    const workbench = await rig().openExample('sonar');
    await workbench.page.setViewportSize({width: 1280, height: 800});
    await workbench.openFile('sonar.mlp.json');
    await workbench.page.keyboard.press('Control+B');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').click();
    const panel = await workbench.webview('#panel [role=tab]');
    await workbench.lens('sonar.mlp.json', /10 folds/).waitFor({timeout: 240_000});
    await panel.getByText(/trains a (network|thinned)/).waitFor();
    await panel
      .getByText(/\d+ of \d+ dropped/)
      .first()
      .waitFor();
    await take(workbench, 'editor.jpg');
    await workbench.close();
  });

  test('the results of a run', async () => {
    const workbench = await rig().openExample('sonar');
    const {page} = workbench;
    await page.setViewportSize({width: 1280, height: 800});
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').click();
    const panel = await workbench.webview('#panel [role=tab]');
    await workbench.lens('sonar.mlp.json', /10 folds/).waitFor({timeout: 240_000});
    await panel.getByRole('tab', {name: 'Results'}).click();
    await panel.getByRole('row').filter({hasText: 'input dropout'}).first().waitFor();
    await workbench.command('MLP Lab: Show Run History');
    await page.getByRole('treeitem').filter({hasText: 'accuracy'}).first().locator('.monaco-tl-twistie').click();
    await page.getByRole('treeitem').filter({hasText: 'hidden dropout'}).waitFor();
    await take(workbench, 'results.png');
    await workbench.close();
  });

  test('a mistake with its fix', async () => {
    const workspace = rig().copyExample('sonar');
    const document = join(workspace, 'sonar.mlp.json');
    const text = readFileSync(document, 'utf8');
    writeFileSync(document, text.replace('"layers.visible.rate"', '"layers.visibel.rate"'));
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.editor('sonar.mlp.json').locator('.squiggly-error').first().waitFor();
    // VS Code asks for no lenses once the focus is elsewhere.
    await workbench.lens('sonar.mlp.json', 'Cross-validate').waitFor();
    await workbench.problems();
    await workbench.editor('sonar.mlp.json').click();
    await workbench.goTo(text.slice(0, text.indexOf('"layers.visible.rate"')).split('\n').length, 26);
    await workbench.page.keyboard.press('Control+.');
    await workbench.page.locator('.action-widget .monaco-list-row').first().waitFor();
    await take(workbench, 'problem.png');
    await workbench.close();
  });

  test('a data file that becomes a document', async () => {
    const workspace = join(rig().server.folder, 'birds');
    mkdirSync(workspace);
    copyFileSync(join(root, 'examples/penguins/penguins.csv'), join(workspace, 'birds.csv'));
    const workbench = await rig().open(workspace);
    await workbench.openFile('birds.csv');
    await workbench.command('MLP Lab: New Experiment from Data File…');
    await workbench.pick('birds.csv');
    await workbench.page.getByText('Most likely').waitFor();
    await take(workbench, 'new-experiment.png');
    await workbench.close();
  });
});
