import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('tasks', {}, rig => {
  test('check a document that is not open, and its problems are listed', async () => {
    const workspace = rig().copyExample('sonar');
    const document = join(workspace, 'sonar.mlp.json');
    writeFileSync(document, readFileSync(document, 'utf8').replace('"layers.visible.rate"', '"layers.visibel.rate"'));
    const workbench = await rig().open(workspace);
    await workbench.command('Tasks: Run Task');
    await workbench.pick('mlp');
    await workbench.pick('mlp: check sonar.mlp.json');
    // One error, no warning, and what only informs.
    await workbench.statusItem(/^\s*1\s*0\s*1\s*$/).waitFor();
    const message = 'Unknown path "layers.visibel.rate". Did you mean "layers.visible.rate"?';
    expect(await workbench.problems('visibel')).toEqual([message]);
    await workbench.close();
  });
});
