/** What the editor answers about a document and its runs, beside training. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {describeEditor} from './rig/editorTest.ts';

function storedRuns(workspace: string): {readonly directory: string; readonly run: StoredRun}[] {
  const folder = join(workspace, '.mlp/runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map(id => join(folder, id))
    .filter(directory => existsSync(join(directory, 'run.json')))
    .map(directory => ({directory, run: JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as StoredRun}));
}

async function completed(workspace: string, count: number): Promise<void> {
  const statuses = () => storedRuns(workspace).map(({run}) => run.status);
  await expect.poll(statuses, {timeout: 120_000}).toEqual(Array.from({length: count}, () => 'completed'));
}

/**
 * The text of a document once it is no more what it was: a browser's window saves by itself. While it writes, the file
 * is empty or lacks its end.
 */
async function saved(file: string, before: string): Promise<string> {
  let text = before;
  await expect
    .poll(
      () => {
        text = readFileSync(file, 'utf8');
        return text !== before && text.endsWith('}\n');
      },
      {timeout: 60_000},
    )
    .toBe(true);
  return text;
}

/** What was put into a text at one place, nothing else being changed. */
function inserted(before: string, after: string): string {
  let start = 0;
  while (before[start] === after[start] && start < before.length) start++;
  const rest = before.length - start;
  expect(after.slice(after.length - rest)).toBe(before.slice(start));
  return after.slice(start, after.length - rest);
}

describeEditor('an answer', {}, rig => {
  test('tips and a learning rate come into the document as small edits', async () => {
    const workspace = rig().copyExample('sonar', 20);
    const document = join(workspace, 'sonar.mlp.json');
    const before = readFileSync(document, 'utf8');
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Follow the tips').click();
    await workbench.notification('The variant "tips" follows the tips').waitFor();
    const withTips = await saved(document, before);
    expect(inserted(before, withTips)).toContain('"tips": {');

    await workbench.command('MLP Lab: Find a Learning Rate…');
    await workbench.pick('baseline');
    const page = await workbench.webview('h1:has-text("range test")');
    await page.getByText('Smoothed loss while the learning rate grows').first().waitFor();
    await workbench
      .notification(/The loss is lowest at .* Begin with/)
      .getByRole('button', {name: /^Write/})
      .click();
    const withRate = await saved(document, withTips);
    const changed = withRate.split('\n').filter(line => !withTips.includes(line));
    expect(changed).toHaveLength(1);
    expect(changed[0]).toContain('"learningRate"');
    await workbench.close();
  });

  test('a run is explained, reported and held to a baseline', async () => {
    const workspace = rig().copyExample('sonar', 10);
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Cross-Validate');
    await completed(workspace, 1);
    await workbench.command('MLP Lab: Cross-Validate');
    await completed(workspace, 2);
    await workbench.openFile('sonar.mlp.json');

    await workbench.command('MLP Lab: Gate Against Baseline…');
    await workbench.page.locator('.quick-input-widget:visible .monaco-list-row').first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.notification('Passed: nothing is significantly worse than in the baseline').waitFor();

    await workbench.command('MLP Lab: Explain…');
    await workbench.pick('input dropout');
    const explanation = await workbench.webview('h1:has-text("rests on")');
    await explanation.getByRole('heading', {name: 'Would more rows help?'}).waitFor();
    const newest = storedRuns(workspace).at(-1)!;
    expect(newest.run.explanations!.map(({variant}) => variant)).toEqual(['input dropout']);

    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Write Report…');
    await workbench.pick('HTML');
    await workbench.notification(/Written to .*report\.html/).waitFor();
    const report = await workbench.webview('h1:has-text("cross-validation of")');
    await report.getByRole('heading', {name: 'What "input dropout" rests on'}).waitFor();
    expect(existsSync(join(newest.directory, 'report.html'))).toBe(true);
    await workbench.close();
  });

  test('a data file is predicted, and its least certain rows lead back to their lines', async () => {
    const workspace = rig().copyExample('sonar', 10);
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Train Model');
    await completed(workspace, 1);
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Predict Data File…');
    await workbench.pick('input dropout');
    const path = workbench.page.locator('.quick-input-widget:visible input.input');
    await expect.poll(() => path.inputValue(), {timeout: 60_000}).toContain(workspace);
    await path.fill(join(workspace, 'sonar.csv'));
    await path.press('Enter');
    await workbench.pick('100 Samples with Dropout On');
    await workbench.editor('sonar.predicted.csv').waitFor();
    expect(readFileSync(join(workspace, 'sonar.predicted.csv'), 'utf8').split('\n')).toHaveLength(210);
    const told = workbench.notification('208 rows predicted by "input dropout"');
    await told.getByRole('button', {name: 'Show Least Certain Rows'}).click();
    const row = workbench.page.locator('.quick-input-widget:visible .monaco-list-row').first();
    const [, line] = /Line (\d+)/.exec(await row.innerText())!;
    await workbench.page.keyboard.press('Enter');
    await workbench.editor('sonar.csv').waitFor();
    await workbench.page.locator('#status\\.editor\\.selection', {hasText: `Ln ${Number(line)}`}).waitFor();
    await workbench.close();
  });
});
