import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('stored runs', {}, rig => {
  test('are compared, opened, restored and deleted from the view', async () => {
    const workspace = rig().copyExample('sonar', 12);
    const document = join(workspace, 'sonar.mlp.json');
    const written = readFileSync(document, 'utf8');
    const workbench = await rig().open(workspace);
    const {page} = workbench;
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Show Run History');
    const runs = page.getByRole('treeitem').filter({hasText: /accuracy .* %/});
    await workbench.command('MLP Lab: Cross-Validate');
    await expect.poll(() => runs.count(), {timeout: 120_000}).toBe(1);
    writeFileSync(document, written.replace('"epochs": 12', '"epochs": 8'));
    await workbench.shows('sonar.mlp.json', '"epochs": 8');
    await workbench.command('MLP Lab: Cross-Validate');
    await expect.poll(() => runs.count(), {timeout: 120_000}).toBe(2);
    const [newer, older] = [runs.first(), runs.last()];

    await newer.click();
    await older.click({modifiers: ['ControlOrMeta']});
    await expect.poll(() => page.locator('[role=treeitem][aria-selected=true]').count()).toBe(2);
    await workbench.menu(older, 'Compare Two Runs');
    await page.getByRole('tab', {name: /Two runs/}).waitFor();
    const compared = await workbench.webview('.markdown-body table');
    await compared.getByRole('row', {name: 'training.epochs 12 8'}).waitFor();
    await workbench.menu(older, 'Diff Documents of Two Runs');
    await page.locator('.monaco-diff-editor').first().waitFor();
    await workbench.shows('mlp-run:', '"epochs": 8');
    expect(await page.locator('.squiggly-error').count()).toBe(0);

    await older.click();
    await (await workbench.webview('#panel [role=tab]')).getByText('Epoch 12, batch').waitFor();
    await workbench.menu(older, 'Open Resolved Document');
    await workbench.shows('resolved.json', '"baseline"');
    await workbench.menu(older, 'Restore Document of This Run');
    await workbench.shows('sonar.mlp.json', '"epochs": 12');
    expect(readFileSync(document, 'utf8')).toContain('"epochs": 8');
    await page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(document, 'utf8'), {timeout: 60_000}).toBe(written);

    await workbench.menu(older, 'Delete…');
    await page.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).click();
    await expect.poll(() => runs.count(), {timeout: 60_000}).toBe(1);
    // What is left was made from another text.
    await workbench.lens('sonar.mlp.json', '(before changes)').waitFor();
    await workbench.close();
  });

  test('can be asked for in a menu while the view follows a training', async () => {
    const workspace = rig().copyExample('sonar', 12);
    const document = join(workspace, 'sonar.mlp.json');
    const workbench = await rig().open(workspace);
    const {page} = workbench;
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Show Run History');
    const run = page.getByRole('treeitem').filter({hasText: /accuracy .* %/});
    await workbench.command('MLP Lab: Cross-Validate');
    await expect.poll(() => run.count(), {timeout: 120_000}).toBe(1);
    writeFileSync(document, readFileSync(document, 'utf8').replace('"epochs": 12', '"epochs": 100000'));
    await workbench.shows('sonar.mlp.json', '"epochs": 100000');
    await workbench.command('MLP Lab: Cross-Validate');
    const live = page.getByRole('treeitem').filter({hasText: /cross-validation.*\d %/});
    await live.waitFor();
    for (let time = 0; time < 5; time++) {
      await workbench.menu(run, 'Open Resolved Document');
      await workbench.shows('resolved.json', '"baseline"');
      await workbench.command('View: Close Editor');
    }
    await live.hover();
    await live.getByRole('button', {name: 'Cancel'}).click();
    await expect.poll(() => live.count(), {timeout: 60_000}).toBe(0);
    expect(await page.locator('.notification-list-item').count()).toBe(0);
    await workbench.close();
  });
});
