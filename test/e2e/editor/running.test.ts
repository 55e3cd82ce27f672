import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import {describeEditor} from './rig/editorTest.ts';

/** Epochs that last until the run is cancelled, however slow the window is. */
const ENDLESS = 100_000;

/** The stored runs of a workspace, oldest first. */
function storedRuns(workspace: string): StoredRun[] {
  const folder = join(workspace, '.mlp/runs');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .toSorted()
    .map(id => join(folder, id, 'run.json'));
  return files.filter(file => existsSync(file)).map(file => JSON.parse(readFileSync(file, 'utf8')) as StoredRun);
}

/** The only run of a workspace, once it has this status. */
async function storedAs(workspace: string, status: StoredRun['status']): Promise<StoredRun> {
  await expect.poll(() => storedRuns(workspace).map(run => run.status), {timeout: 120_000}).toEqual([status]);
  return storedRuns(workspace)[0]!;
}

describeEditor('a run', {}, rig => {
  test('goes from the editor to the final table of the panel, and is listed with its score', async () => {
    const workspace = rig().copyExample('sonar', 20);
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.command('MLP Lab: Cross-Validate');
    const {crossValidation} = await storedAs(workspace, 'completed');
    await workbench.statusItem(/sonar \d+ %/).waitFor({state: 'hidden'});

    const panel = await workbench.webview('#panel [role=tab]');
    await panel.getByRole('tab', {name: 'Results'}).click();
    await panel.getByRole('row').filter({hasText: 'input dropout'}).first().waitFor();
    const means = crossValidation!.variants.map(({summary}) => summary.accuracy!.mean! * 100);
    const shown = await panel.locator('#panel').innerText();
    for (const mean of means) expect(shown).toContain(mean.toFixed(1));

    await workbench.command('MLP Lab: Show Run History');
    const score = `accuracy ${Math.max(...means).toFixed(1)} ±`;
    await workbench.page.getByRole('treeitem').filter({hasText: score}).click();
    await workbench.webview('#panel [role=tab]');
    expect(await workbench.page.locator('.notification-list-item').count()).toBe(0);
    await workbench.close();
  });

  test('can be paused, resumed and cancelled, and keeps what was done', async () => {
    const workspace = rig().copyExample('sonar', ENDLESS);
    const workbench = await rig().open(workspace);
    await workbench.openFile('study.mlp.json');
    await workbench.command('MLP Lab: Cross-Validate');
    await workbench.statusItem(/study \d+ %/).waitFor();
    await workbench.command('MLP Lab: Pause');
    await workbench.statusItem(/study paused at/).waitFor();
    await workbench.command('MLP Lab: Resume');
    await workbench.statusItem(/study \d+ %/).waitFor();
    await workbench.command('MLP Lab: Cancel');
    await workbench.statusItem(/study/).waitFor({state: 'hidden'});
    await storedAs(workspace, 'cancelled');
    await workbench.close();
  });

  test('goes on when the window is reloaded, in its panel, without another process left behind', async () => {
    const workspace = rig().copyExample('sonar', ENDLESS);
    const workbench = await rig().open(workspace);
    await workbench.openFile('study.mlp.json');
    await workbench.command('MLP Lab: Cross-Validate');
    await workbench.statusItem(/study \d+ %/).waitFor();
    await workbench.webview('#panel [role=tab]');
    const [before] = rig().server.findProcesses('server.mjs');
    await workbench.reload();
    await workbench.statusItem(/study \d+ %/).waitFor();
    await workbench.webview('#panel [role=tab]');
    const after = rig().server.findProcesses('server.mjs');
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
    expect(storedRuns(workspace)).toHaveLength(1);
    await workbench.command('MLP Lab: Cancel');
    await storedAs(workspace, 'cancelled');
    await workbench.close();
  });

  test('goes on when its sidecar is killed, to the digest of one that was left alone', async () => {
    const digests: string[] = [];
    for (const isKilled of [true, false]) {
      // Long enough to be paused before it ends, short enough to be waited for.
      const workspace = rig().copyExample('sonar', 1500);
      const workbench = await rig().open(workspace);
      await workbench.openFile('sonar.mlp.json');
      await workbench.command('MLP Lab: Cross-Validate');
      if (isKilled) {
        // While it is paused it cannot end before it is killed.
        await workbench.command('MLP Lab: Pause');
        await workbench.statusItem(/sonar paused at/).waitFor();
        const [killed] = rig().server.findProcesses('server.mjs');
        process.kill(killed!, 'SIGKILL');
        const isReplaced = () =>
          rig()
            .server.findProcesses('server.mjs')
            .some(pid => pid !== killed);
        await expect.poll(isReplaced, {timeout: 60_000}).toBe(true);
        await workbench.statusItem(/sonar paused at/).waitFor();
        await workbench.command('MLP Lab: Resume');
      }
      digests.push((await storedAs(workspace, 'completed')).crossValidation!.digest);
      await workbench.close();
    }
    expect(digests[0]).toBe(digests[1]);
  });
});
