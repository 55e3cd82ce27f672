/** What goes wrong around a document: each is one message that helps, and goes on when it is mended. */
import {chmodSync, closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('a document whose surroundings change', {}, rig => {
  test('tells once that its data file was deleted, and takes it up when it is back', async () => {
    const workspace = rig().copyExample('sonar', 20);
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').waitFor();
    const errors = workbench.editor('sonar.mlp.json').locator('.squiggly-error');
    const data = join(workspace, 'sonar.csv');
    renameSync(data, `${data}.away`);
    await errors.first().waitFor();
    expect(await workbench.problems('sonar.csv')).toEqual(['sonar.csv: there is no such file.']);
    await workbench.command('MLP Lab: Cross-Validate');
    await workbench.notification('sonar.mlp.json cannot be run: sonar.csv: there is no such file.').waitFor();
    expect(await workbench.page.locator('.notification-list-item').count()).toBe(1);
    renameSync(`${data}.away`, data);
    await errors.first().waitFor({state: 'detached'});
    await workbench.lens('sonar.mlp.json', 'Cross-validate').click();
    await workbench.lens('sonar.mlp.json', /10 folds/).waitFor();
    await workbench.close();
  });

  test('shows what another window stored, and trains beside it', async () => {
    const workspace = rig().copyExample('sonar', 20);
    const first = await rig().open(workspace);
    await first.openFile('sonar.mlp.json');
    await first.lens('sonar.mlp.json', 'Cross-validate').click();
    await first.lens('sonar.mlp.json', /10 folds/).waitFor();
    const second = await rig().open(workspace);
    await second.openFile('sonar.mlp.json');
    await second.command('MLP Lab: Show Run History');
    const runs = second.page.getByRole('treeitem').filter({hasText: /accuracy .* %/});
    await expect.poll(() => runs.count(), {timeout: 60_000}).toBe(1);
    await first.command('MLP Lab: Train Model');
    await expect.poll(() => runs.count(), {timeout: 120_000}).toBe(2);
    await first.command('MLP Lab: Cross-Validate');
    await second.command('MLP Lab: Cross-Validate');
    await expect.poll(() => runs.count(), {timeout: 120_000}).toBe(4);
    for (const window of [first, second]) {
      expect(await window.page.locator('.notification-list-item').count()).toBe(0);
      await window.close();
    }
  });

  test('with 500 layers is checked, trained and shown', async () => {
    const workspace = rig().copyExample('sonar');
    const layers = Array.from({length: 250}, (_, i) => [
      `    { "name": "dense ${i}", "type": "dense", "units": 8 }`,
      `    { "name": "drop ${i}", "type": "dropout", "rate": 0.2 }`,
    ]);
    const lines = [
      '{',
      '  "version": 1,',
      '  "data": { "source": "sonar.csv", "header": false, "target": "column61" },',
      '  "layers": [',
      layers.flat().join(',\n'),
      '  ],',
      '  "training": { "epochs": 2 },',
      '  "evaluation": { "folds": 3 }',
      '}\n',
    ];
    writeFileSync(join(workspace, 'deep.mlp.json'), lines.join('\n'));
    const workbench = await rig().open(workspace);
    await workbench.openFile('deep.mlp.json');
    await workbench.lens('deep.mlp.json', 'Cross-validate').click();
    const panel = await workbench.webview('#panel [role=tab]');
    await workbench.lens('deep.mlp.json', /3 folds/).waitFor();
    await workbench.lens('deep.mlp.json', 'Show in panel').click();
    await panel.getByRole('tab', {name: 'Layers', selected: true}).waitFor();
    await panel.getByRole('region', {name: 'Layer dense 0', exact: true}).waitFor();
    expect((await workbench.problems()).length).toBeGreaterThan(0);
    await workbench.close();
  });

  test('with half a gigabyte of data is helped while they are read, and fully afterwards', async () => {
    const workspace = rig().copyExample('sonar');
    const document = join(workspace, 'sonar.mlp.json');
    const data = join(workspace, 'sonar.csv');
    writeLarge(data, 500e6);
    const text = readFileSync(document, 'utf8');
    writeFileSync(document, text.replace('"layers.visible.rate"', '"layers.visibel.rate"'));
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.editor('sonar.mlp.json').locator('.squiggly-error').first().waitFor();
    // The number of inputs is known when the file has been read.
    await workbench.editor('sonar.mlp.json').getByText('3,660 parameters').waitFor({timeout: 150_000});
    await workbench.close();
    rmSync(data);
  });
});

describeEditor('a folder that may not be written', {neverAsRoot: true}, rig => {
  test('is named before anything is trained, and trains once it may', async () => {
    const workspace = rig().copyExample('sonar', 20);
    chmodSync(workspace, 0o555);
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').click();
    await workbench
      .notification(/could not be stored in .*: permission was denied; allow writing there first/)
      .waitFor();
    expect(await workbench.page.locator('.notification-list-item').count()).toBe(1);
    // No panel stays open that would have nothing to show.
    await expect.poll(() => workbench.page.locator('.tab').count(), {timeout: 60_000}).toBe(1);
    chmodSync(workspace, 0o777);
    await workbench.command('MLP Lab: Cross-Validate');
    await workbench.lens('sonar.mlp.json', /10 folds/).waitFor();
    await workbench.close();
  });
});

/** The rows of a data file over and over. */
function writeLarge(path: string, byteLength: number): void {
  const rows = Buffer.from(readFileSync(path, 'utf8').repeat(100));
  const file = openSync(path, 'w');
  for (let written = 0; written < byteLength; written += rows.length) writeSync(file, rows);
  closeSync(file);
}
