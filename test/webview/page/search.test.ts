/** A search for the best setting, as it is stored and while it goes on, played from a real one. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parseDocument} from '../../../sidecar/document/parseDocument.ts';
import {injectAxe, isKnown, tabThrough, violations} from '../support/accessibility.ts';
import {hasChromium, type PanelBrowser, type PanelPage, startBrowser} from '../support/panelPage.ts';
import {recordedHost, runningState} from '../support/recordedHost.ts';
import {type Recording, recordSearch} from '../support/recordRun.ts';
import {THEMES, type ThemeName} from '../support/themes.ts';

const SONAR = fileURLToPath(new URL('../../../examples/sonar/', import.meta.url));

describe.skipIf(!hasChromium)('a search in the panel', () => {
  let browser: PanelBrowser;
  /** The rates of a dropout sweep. */
  let sweep: Recording;
  /** A race between learning rates, of which the smallest are ruled out. */
  let race: Recording;
  beforeAll(async () => {
    browser = await startBrowser();
    const few = {'training.epochs': 4, 'evaluation.folds': 3};
    sweep = await recordSearch(join(SONAR, 'sonar.mlp.json'), {dropout: true, innerFolds: 2, overrides: few});
    const folder = mkdtempSync(join(tmpdir(), 'mlp-race-'));
    const {value} = parseDocument(readFileSync(join(SONAR, 'sonar.mlp.json'), 'utf8'));
    const tune = {space: {'training.optimizer.learningRate': {values: [1e-6, 1e-5, 0.01]}}};
    const data = {source: 'sonar.csv', header: false, target: 'column61'};
    writeFileSync(join(folder, 'race.mlp.json'), JSON.stringify({...(value as object), data, tune}));
    writeFileSync(join(folder, 'sonar.csv'), readFileSync(join(SONAR, 'sonar.csv')));
    const overrides = {'training.epochs': 12};
    race = await recordSearch(join(folder, 'race.mlp.json'), {metric: 'accuracy', innerFolds: 2, overrides});
    rmSync(folder, {recursive: true});
  }, 120_000);
  afterAll(() => browser?.close());

  const facts = ({page}: PanelPage, name: string) => page.locator('.fact', {has: page.getByText(name, {exact: true})});

  async function openLive(
    recording: Recording,
  ): Promise<PanelPage & {sendEvents(from: number, to: number): Promise<void>}> {
    const state = runningState(recording);
    const panel = await browser.open({onMessage: recordedHost(recording, state).onMessage});
    await panel.page.getByRole('tab', {name: 'Search', selected: true}).waitFor();
    const sendEvents = (from: number, to: number) => {
      const params = {run: state.run, from, events: recording.events.slice(from, to)};
      return panel.send({kind: 'notification', method: 'mlpLab/runEvents', params});
    };
    return {...panel, sendEvents};
  }

  test('opens on its own tab, with the winner’s score, the nested estimate and the optimism', async () => {
    const panel = await browser.open({onMessage: recordedHost(race).onMessage});
    const {tuning} = race.stored.crossValidation!;
    const winner = race.stored.crossValidation!.variants.find(({name}) => name === tuning!.winner)!;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const own = winner.summary.accuracy!.mean!;
    await facts(panel, 'The winner’s own score')
      .getByText(`accuracy ${percent(own)}`)
      .waitFor();
    await facts(panel, 'The honest estimate, nested')
      .getByText(`accuracy ${percent(tuning!.nested!.mean!)}`)
      .waitFor();
    const optimism = own - tuning!.nested!.mean!;
    const named = optimism > 0 ? `${(100 * optimism).toFixed(1)} points` : 'none';
    await facts(panel, 'Optimism').getByText(named, {exact: true}).waitFor();
    for (const sentence of tuning!.words) await panel.page.getByText(sentence).first().waitFor();
    expect(panel.complaints).toEqual([]);
    await panel.close();
  });

  test('says from its begin why there is no nested estimate where there can be none', async () => {
    const notNested = 'There is no nested cross-validation: the parts are too small.';
    const search = {...race.stored.search!, innerFolds: 0, notNested};
    const panel = await openLive({...race, stored: {...race.stored, search}});
    await facts(panel, 'The honest estimate, nested').getByText(notNested).waitFor();
    await panel.close();
  });

  test('says of a setting that was ruled out when and why, and what that saved', async () => {
    const {trials, saved} = race.stored.crossValidation!.tuning!;
    const out = trials.filter(({status}) => status === 'ruledOut');
    expect(out.length).toBeGreaterThan(0);
    const panel = await browser.open({onMessage: recordedHost(race).onMessage});
    for (const {name, why} of out) {
      expect(why).toMatch(/after 5 folds: one-sided corrected p/);
      await panel.page.locator('.settings tr', {hasText: name}).getByText(`ruled out: ${why}`).waitFor();
    }
    await facts(panel, 'Saved by stopping early').getByText(`${saved.networks} networks less to train`).waitFor();
    await panel.close();
  });

  test('has the means and errors of a sweep that are stored, for accuracy and NLL, and the range in words', async () => {
    const panel = await browser.open({onMessage: recordedHost(sweep).onMessage});
    for (const {place, points, words} of sweep.stored.crossValidation!.tuning!.sweeps) {
      const title = place === 'input' ? 'Dropout on the inputs' : 'Dropout on the hidden layers';
      const nll = panel.page.getByRole('region', {name: `${title}: NLL`, exact: true});
      await nll.getByText(words).waitFor();
      await panel.page
        .getByRole('region', {name: `${title}: accuracy`, exact: true})
        .getByRole('img')
        .waitFor();
      await nll.getByRole('button').click();
      const cells = await nll
        .locator('tbody tr')
        .evaluateAll(rows =>
          rows.map(row => [...row.children].slice(0, 3).map(cell => Number(cell.textContent!.replace('−', '-')))),
        );
      expect(cells.map(([rate]) => rate)).toEqual(points.map(({rate}) => rate));
      points.forEach(({metrics}, i) => {
        expect(cells[i]![1]).toBeCloseTo(metrics.nll!.mean!, 2);
        expect(cells[i]![2]! / metrics.nll!.error!).toBeCloseTo(1, 1);
      });
    }
    await panel.close();
  });

  test('follows a search while it goes on: its folds, what is ruled out, the nested cross-validation, the end', async () => {
    const panel = await openLive(race);
    const {events} = race;
    const stops = events.findIndex(({event}) => event === 'settingStopped');
    await panel.sendEvents(0, stops);
    await panel.page.getByText('4 settings on the same folds, by accuracy: 20 of 40 networks so far.').waitFor();
    const stopped = events[stops] as {setting: string; why: string};
    const row = panel.page.locator('.settings tr', {hasText: stopped.setting});
    await row.getByText('running').waitFor();
    await panel.sendEvents(stops, stops + 1);
    await row.getByText(stopped.why).waitFor();
    await facts(panel, 'Leads so far').waitFor();
    const nests = events.findLastIndex(({event}) => event === 'nestedProgressed');
    await panel.sendEvents(stops + 1, nests);
    await panel.page.getByText('Nested cross-validation now makes the choice anew').waitFor();
    expect(panel.complaints).toEqual([]);
    await panel.close();
  });

  test('is no tab of a run that is no search', async () => {
    const {search: _, ...stored} = sweep.stored;
    const panel = await browser.open({onMessage: recordedHost({...sweep, stored}).onMessage});
    await panel.page.getByRole('tab', {name: 'Network'}).waitFor();
    expect(await panel.page.getByRole('tab', {name: 'Search'}).count()).toBe(0);
    await panel.close();
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    test(`has no violation that axe-core finds, and is reached by keyboard, in the theme ${theme}`, async () => {
      for (const recording of [sweep, race]) {
        const panel = await browser.open({theme, onMessage: recordedHost(recording).onMessage});
        await panel.page.getByRole('tabpanel', {name: 'Search'}).locator('.plot').first().waitFor();
        await injectAxe(panel);
        expect(await violations(panel)).toEqual([]);
        expect(await tabThrough(panel)).toEqual({unreached: [], unseen: []});
        expect(panel.complaints.filter(text => !isKnown(text))).toEqual([]);
        await panel.close();
      }
    });
  }
});
