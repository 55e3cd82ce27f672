import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('a document in the editor', {}, rig => {
  test('has lenses, hovers and a result where it was asked for, and asks no other machine', async () => {
    const workbench = await rig().openExample('sonar', 20);
    await workbench.openFile('sonar.mlp.json');
    const lens = workbench.lens('sonar.mlp.json', 'Cross-validate');
    await lens.waitFor();
    const titles = await workbench.commandTitles('MLP Lab: ', 'MLP Lab: Cross-Validate');
    expect(titles.filter(title => /Pause|Two Runs/.test(title))).toEqual([]);
    // No error and no warning: what remains is advice.
    await expect(
      workbench.editor('sonar.mlp.json').locator('.squiggly-error, .squiggly-warning').count(),
    ).resolves.toBe(0);
    const hover = await workbench.hover('sonar.mlp.json', 'hidden1');
    await expect.poll(() => hover.innerText(), {timeout: 60_000}).toMatch(/3,660 of 5,521 parameters/);
    await workbench.page.keyboard.press('Escape');

    await lens.click();
    await workbench
      .lens('sonar.mlp.json', /dropout|baseline: \d\d\.\d ± \d+\.\d %, 10 folds/)
      .waitFor({timeout: 120_000});
    expect(workbench.external).toEqual([]);
    await workbench.close();
  });

  test('marks a mistake once, and its quick fix removes it', async () => {
    const workspace = rig().copyExample('sonar');
    const document = join(workspace, 'sonar.mlp.json');
    const sound = readFileSync(document, 'utf8');
    writeFileSync(document, sound.replace('"layers.visible.rate"', '"layers.visibel.rate"'));
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.editor('sonar.mlp.json').locator('.squiggly-error').first().waitFor();
    const message = 'Unknown path "layers.visibel.rate". Did you mean "layers.visible.rate"?';
    expect(await workbench.problems('visibel')).toEqual([message]);
    const line = sound.slice(0, sound.indexOf('"layers.visible.rate"')).split('\n').length;
    await workbench.editor('sonar.mlp.json').click();
    await workbench.goTo(line, 26);
    await workbench.quickFix(/visible/);
    await workbench.editor('sonar.mlp.json').locator('.squiggly-error').first().waitFor({state: 'detached'});
    await workbench.page.keyboard.press('Control+S');
    await expect.poll(() => readFileSync(document, 'utf8'), {timeout: 60_000}).toBe(sound);
    await workbench.close();
  });

  test('completes the columns of its data', async () => {
    const workbench = await rig().openExample('penguins');
    await workbench.openFile('penguins.mlp.json');
    await workbench.lens('penguins.mlp.json', 'Cross-validate').waitFor();
    await workbench.goTo(7, 16);
    const offered = await workbench.suggestions(/species/);
    expect(offered).toEqual(expect.arrayContaining([expect.stringContaining('island')]));
    await workbench.close();
  });
});
