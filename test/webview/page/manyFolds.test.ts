/** 10 x 10 folds of three variants: 300 networks of a real run, played while they train and as they are stored. */
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hasChromium, type PanelBrowser, startBrowser} from '../support/panelPage.ts';
import {recordedHost, runningState} from '../support/recordedHost.ts';
import {type Recording, recordRun} from '../support/recordRun.ts';

const SONAR = fileURLToPath(new URL('../../../examples/sonar/sonar.mlp.json', import.meta.url));

describe.skipIf(!hasChromium)('a run of 10 x 10 folds', () => {
  let browser: PanelBrowser;
  let recording: Recording;
  beforeAll(async () => {
    browser = await startBrowser();
    recording = await recordRun(SONAR, {'training.epochs': 3, 'evaluation.repeats': 10});
  }, 120_000);
  afterAll(() => browser?.close());

  test('is followed fold by fold, to means that are those of the stored result', async () => {
    const state = runningState(recording);
    const {page, send, complaints, close} = await browser.open({
      onMessage: recordedHost(recording, state).onMessage,
      state: {version: 1, directory: '/runs/recorded', view: {tab: 'results'}},
    });
    await page.getByText('No fold has ended yet').waitFor();
    const events = recording.events.slice(0, -1);
    for (let from = 0; from < events.length; from += 100) {
      const params = {run: state.run, from, events: events.slice(from, from + 100)};
      await send({kind: 'notification', method: 'mlpLab/runEvents', params});
    }
    await page.getByText('So far 300 folds ended.').waitFor();
    for (const {name, summary} of recording.stored.crossValidation!.variants) {
      const row = page.locator('.results tbody tr', {has: page.getByRole('rowheader', {name, exact: true})});
      const {mean, sd} = summary.accuracy!;
      await row.getByText(`${(100 * mean!).toFixed(1)} ± ${(100 * sd!).toFixed(1)} %`).waitFor();
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test('has every fold in the table, in the list of folds and in the CSV', async () => {
    const host = recordedHost(recording);
    const {page, complaints, close} = await browser.open({onMessage: host.onMessage});
    await page.getByRole('tab', {name: 'Results'}).click();
    await page.getByText('100 test folds for each variant').waitFor();
    await page.getByRole('button', {name: 'Every fold as a table'}).click();
    const rows = page.getByRole('region', {name: 'Every fold as a table'}).locator('tbody tr');
    expect(await rows.count()).toBe(101);
    const [own] = recording.stored.crossValidation!.variants;
    const last = own!.folds.find(({repeat, fold}) => repeat === 10 && fold === 10)!;
    expect(await rows.nth(99).locator('th, td').first().textContent()).toBe('Repeat 10, fold 10');
    expect(await rows.nth(99).locator('td').first().textContent()).toBe(
      `${(100 * last.metrics.accuracy!).toFixed(1)} %`,
    );

    await page.getByRole('tab', {name: 'Curves'}).click();
    await page.getByRole('combobox', {name: 'Fold', exact: true}).first().click();
    await page.getByRole('option', {name: 'fold 4 of repeat 7'}).click();
    await page.locator('.chart-area').focus();
    await page.keyboard.press('End');
    await page.locator('.readout', {hasText: /^Epoch 3: .*, fold 4 of repeat 7 \d/}).waitFor();
    await page.getByRole('button', {name: 'CSV', exact: true}).click();
    const saved = () => host.heard.find(message => message.kind === 'saveFile')?.content as string | undefined;
    await expect.poll(saved).toBeDefined();
    expect(saved()!.trimEnd().split('\n')).toHaveLength(1 + 3 * 100 * 3);
    expect(complaints).toEqual([]);
    await close();
  });
});
