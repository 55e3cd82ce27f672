import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('a task', {}, rig => {
  test('checks a document that is closed, and its problems are told once when it is opened', async () => {
    const workspace = rig().copyExample('sonar');
    const document = join(workspace, 'sonar.mlp.json');
    const sound = readFileSync(document, 'utf8');
    writeFileSync(document, sound.replace('"layers.visible.rate"', '"layers.visibel.rate"'));
    const workbench = await rig().open(workspace);
    await workbench.task('mlp', 'mlp: check sonar.mlp.json');
    // The terminal of the task takes the place of the Problems view once.
    await workbench.page.locator('#status\\.problems', {hasText: '1'}).waitFor();
    const message = 'Unknown path "layers.visibel.rate". Did you mean "layers.visible.rate"?';
    expect(await workbench.problems('visibel')).toEqual([message]);
    await workbench.openFile('sonar.mlp.json');
    const told = workbench.page.locator('.markers-panel .marker-message');
    // Of data only the language speaks where a path is wrong.
    await told.filter({hasText: 'With 208 rows'}).waitFor();
    expect(await told.filter({hasText: 'visibel'}).count()).toBe(1);
    await workbench.close();
  });

  test('of tasks.json trains with its arguments, and the view shows the run', async () => {
    const workspace = rig().copyExample('sonar');
    mkdirSync(join(workspace, '.vscode'));
    const task = {type: 'mlp', command: 'cv', file: 'sonar.mlp.json', arguments: ['--epochs', '5'], problemMatcher: []};
    writeFileSync(join(workspace, '.vscode/tasks.json'), JSON.stringify({version: '2.0.0', tasks: [task]}));
    const workbench = await rig().open(workspace);
    await workbench.command('MLP Lab: Show Run History');
    await workbench.page.getByRole('treeitem').filter({hasText: 'sonar.mlp.json'}).waitFor();
    await workbench.task('mlp', 'mlp: cv sonar.mlp.json');
    const run = workbench.page.getByRole('treeitem').filter({hasText: /accuracy .* %/});
    await expect.poll(() => run.count(), {timeout: 120_000}).toBe(1);
    await workbench.close();
  });
});
