import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('a document in the editor', {}, rig => {
  test('the extension is active with its document, asks no other machine, and offers its commands', async () => {
    const workbench = await rig().openExample('sonar');
    await workbench.openFile('sonar.mlp.json');
    const titles = await workbench.commandTitles('MLP Lab: ');
    expect(titles).toEqual(expect.arrayContaining(['MLP Lab: Cross-Validate', 'MLP Lab: Train Model']));
    expect(titles.filter(title => /Pause|Two Runs/.test(title))).toEqual([]);
    expect(workbench.external).toEqual([]);
    await workbench.close();
  });
});
