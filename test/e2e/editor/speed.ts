/**
 * How long an editor takes: until the extension is active, and from a key to the screen, alone and while a training keeps
 * every core busy. `npm run bench:editor` writes its part of bench/results/editor.json, which docs/editor.md is made of.
 */
import {availableParallelism, loadavg} from 'node:os';
import {afterAll, expect, test} from 'vitest';
import {keepEditorFigures, type Spread, spreadOf} from '../../../bench/editorFigures.ts';
import {describeEditor} from './rig/editorTest.ts';
import type {Workbench} from './rig/workbench.ts';

const windows = 7;
const keysARound = 60;
/** Alone and in training by turns, so that what else the machine does counts for both. */
const rounds = 4;
const cores = availableParallelism();
const loadBefore = loadavg()[0]!;
const measured: Record<string, Spread> = {};

describeEditor('speed', {priority: 'low', settings: {'mlpLab.workers': cores}}, rig => {
  test('activation', async () => {
    const times: number[] = [];
    for (let window = 0; window < windows; window++) {
      const workbench = await rig().openExample('sonar');
      await workbench.openFile('sonar.mlp.json');
      await workbench.lens('sonar.mlp.json', 'Cross-validate').waitFor();
      times.push(await activationMs(workbench));
      await workbench.close();
    }
    measured.activation = told('activation, loading its code included', times);
  });

  test('typing', async () => {
    const workbench = await rig().openExample('sonar', 1_000_000);
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').waitFor();
    const times = {alone: [] as number[], training: [] as number[]};
    for (let round = 0; round < rounds; round++) {
      times.alone.push(...(await typedMs(workbench)));
      await workbench.command('MLP Lab: Cross-Validate');
      await workbench.statusItem(/sonar \d+ %/).waitFor();
      await (await workbench.webview('#panel [role=tab]')).getByText(/trains a (network|thinned)/).waitFor();
      times.training.push(...(await typedMs(workbench)));
      await workbench.command('MLP Lab: Cancel');
      await workbench.statusItem(/sonar/).waitFor({state: 'hidden'});
    }
    measured.keysAlone = told('from a key to the screen, nothing in training', times.alone);
    measured.keysInTraining = told(`the same while ${cores} workers train and the panel follows them`, times.training);
    await workbench.close();
  });

  afterAll(() => {
    const {activation, keysAlone, keysInTraining} = measured;
    // Where a part failed, the figures of before stay.
    if (!activation || !keysAlone || !keysInTraining) return;
    keepEditorFigures('window', loadBefore, {workers: cores, activation, keysAlone, keysInTraining});
  });
});

/** What VS Code measured itself: loading the code of the extension, and its `activate`. */
async function activationMs(workbench: Workbench): Promise<number> {
  await workbench.command('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .monaco-list-row').filter({hasText: 'MLP Lab'});
  const told = row.locator('.activation-time').filter({hasText: /\d+ms/});
  return Number(/(\d+)ms/.exec(await told.innerText())![1]);
}

/** Types into a comment of the document, and takes it back. @returns for each key, ms until the frame that shows it */
async function typedMs(workbench: Workbench): Promise<number[]> {
  const {page} = workbench;
  const text = 'a comment '.repeat(keysARound / 10);
  await workbench.editor('sonar.mlp.json').click();
  await workbench.goTo(1, 2);
  await page.keyboard.type('// ');
  await page.evaluate(recordKeys);
  for (const key of text) {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    // Between the keys of a quick typist, in ms.
    await page.waitForTimeout(80);
  }
  const times = await page.evaluate(() => (window as unknown as {keyTimes: number[]}).keyTimes);
  expect(times.length).toBeGreaterThanOrEqual(keysARound);
  for (let undone = 0; undone < 8; undone++) await page.keyboard.press('Control+Z');
  return times;
}

/** In the page: the time from each key until the frame after the change of the lines is on the screen. */
function recordKeys(): void {
  const times: number[] = [];
  Object.assign(window, {keyTimes: times});
  let pressedAt: number | undefined;
  addEventListener('keydown', event => (pressedAt = event.timeStamp), {capture: true});
  new MutationObserver(() => {
    if (pressedAt === undefined) return;
    const since = pressedAt;
    pressedAt = undefined;
    // A task that a frame has posted begins when the frame is done.
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => times.push(performance.now() - since);
      port2.postMessage(null);
    });
  }).observe(document.querySelector('.monaco-editor[data-uri$="sonar.mlp.json"] .view-lines')!, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

function told(what: string, times: readonly number[]): Spread {
  const spread = spreadOf(times);
  const {median, p95, most, count} = spread;
  console.log(`${what}: median ${median} ms, 95 % ${p95} ms, most ${most} ms (${count} times)`);
  return spread;
}
