import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('a folder that is not trusted', {askForTrust: true}, rig => {
  test('is edited with help, runs nothing, and runs once it is trusted', async () => {
    const workspace = rig().copyExample('sonar', 100_000);
    const workbench = await rig().open(workspace);
    const {page} = workbench;
    await workbench.openFile('sonar.mlp.json');
    await workbench.statusItem('Restricted Mode').waitFor();
    const titles = await workbench.commandTitles('MLP Lab: ', 'MLP Lab: Show Log');
    expect(titles).not.toContain('MLP Lab: Cross-Validate');
    await page.locator('.activitybar').getByRole('tab', {name: 'MLP Lab'}).click();
    await page.getByText('nothing beside them is read and nothing is trained').waitFor();
    expect(rig().server.findProcesses('server.mjs')).toEqual([]);

    await workbench.command('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', {name: 'Trust', exact: true}).click();
    await workbench.statusItem('Restricted Mode').waitFor({state: 'hidden'});
    await page.locator('.tab').filter({hasText: 'sonar.mlp.json'}).click();
    await workbench.editor('sonar.mlp.json').waitFor();
    await workbench.command('MLP Lab: Cross-Validate');
    await workbench.statusItem(/sonar \d+ %/).waitFor();
    await workbench.command('MLP Lab: Cancel');
    await workbench.statusItem(/sonar \d+ %/).waitFor({state: 'hidden'});
    expect(existsSync(join(workspace, '.mlp/runs'))).toBe(true);
    await workbench.close();
  });
});
