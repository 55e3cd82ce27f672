import {copyFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

describeEditor('the first minutes', {}, rig => {
  test('an example is put into the folder and opened, and the walkthrough leads there', async () => {
    const workspace = join(rig().server.folder, 'empty');
    mkdirSync(workspace);
    const workbench = await rig().open(workspace);
    await workbench.command('Welcome: Open Walkthrough...');
    await workbench.pick('Start with MLP Lab');
    await workbench.page.getByText('One document is the whole experiment').first().waitFor();
    await workbench.command('MLP Lab: Open Example…');
    await workbench.pick('Sonar: does dropout help?');
    await workbench.editor('sonar.mlp.json').waitFor();
    expect(existsSync(join(workspace, 'mlp-examples/sonar/sonar.csv'))).toBe(true);
    await workbench.close();
  });

  test('a data file becomes a document that runs', async () => {
    const workspace = join(rig().server.folder, 'own');
    mkdirSync(workspace);
    copyFileSync(join(examples, 'penguins/penguins.csv'), join(workspace, 'birds.csv'));
    const workbench = await rig().open(workspace);
    await workbench.command('MLP Lab: New Experiment from Data File…');
    await workbench.pick('birds.csv');
    await workbench.pick('species');
    await workbench.editor('birds.mlp.json').waitFor();
    expect(readFileSync(join(workspace, 'birds.mlp.json'), 'utf8')).toContain('"target": "species"');
    await workbench.command('MLP Lab: Compare Variants…');
    await workbench.page.getByRole('button', {name: 'OK'}).click();
    await workbench.statusItem(/birds \d+ %/).waitFor();
    await workbench.command('MLP Lab: Cancel');
    await workbench.statusItem(/birds \d+ %/).waitFor({state: 'hidden'});
    await workbench.close();
  });

  test('a document that cannot run says why, and where', async () => {
    const workspace = rig().copyExample('sonar');
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.goTo(17, 50);
    await workbench.page.keyboard.type('x');
    await workbench.command('MLP Lab: Train Model');
    await workbench.notification(/sonar\.mlp\.json (cannot be run|has \d+ errors)/).waitFor();
    expect(existsSync(join(workspace, '.mlp'))).toBe(false);
    await workbench.close();
  });
});
