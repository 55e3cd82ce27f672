import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {FromPanel, ToPanel} from '../../../schemas/panel.ts';
import {injectAxe, isKnown, tabThrough, violations} from '../support/accessibility.ts';
import {hasChromium, type PanelBrowser, type PanelPage, startBrowser} from '../support/panelPage.ts';
import {recordedHost, runningState} from '../support/recordedHost.ts';
import {type Recording, recordRun} from '../support/recordRun.ts';
import {THEMES, type ThemeName} from '../support/themes.ts';

const SONAR = fileURLToPath(new URL('../../../examples/sonar/sonar.mlp.json', import.meta.url));
const TABS = ['Network', 'Curves', 'Layers', 'Results', 'Decision surface'] as const;
const PLACE = {variant: 'hidden dropout', repeat: 1, fold: 1};

describe.skipIf(!hasChromium)('the panel', () => {
  let browser: PanelBrowser;
  let recording: Recording;
  beforeAll(async () => {
    [browser, recording] = await Promise.all([startBrowser(), recordRun(SONAR, {'training.epochs': 8})]);
  });
  afterAll(() => browser?.close());

  const showTab = ({page}: PanelPage, name: string) => page.getByRole('tab', {name}).click();

  /** A page that shows everything it can: a run in training with states of its layers. */
  async function openLive(theme: ThemeName): Promise<PanelPage> {
    const state = runningState(recording);
    const host = recordedHost(recording, state);
    const panel = await browser.open({theme, onMessage: host.onMessage});
    await panel.page.getByRole('tab', {name: 'Network'}).waitFor();
    const events = recording.events.slice(0, -1);
    const started = {event: 'foldStarted' as const, at: 0, ...PLACE, fold: 11};
    await panel.send({
      kind: 'notification',
      method: 'mlpLab/runEvents',
      params: {run: state.run, from: 0, events: [...events, started]},
    });
    const place = {...PLACE, fold: 11};
    for (const epoch of [1, 2, 4]) {
      const layers = recording.layers(PLACE, epoch);
      const masks = {...recording.masks(PLACE, epoch, 1), ...place};
      await panel.send({
        kind: 'notification',
        method: 'mlpLab/live',
        params: {run: state.run, at: Date.now(), masks, layers},
      });
    }
    await panel.page.getByText('Epoch 4, batch 1 of 12').waitFor();
    return panel;
  }

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    test(`has no violation that axe-core finds, on any tab, in the theme ${theme}`, async () => {
      const live = await openLive(theme);
      const stored = await browser.open({theme, onMessage: recordedHost(recording).onMessage});
      await stored.page.getByRole('tab', {name: 'Network'}).waitFor();
      for (const [panel, tabs] of [
        [live, TABS],
        [stored, ['Results']],
      ] as const) {
        await injectAxe(panel);
        for (const tab of tabs) {
          await showTab(panel, tab);
          await panel.page.getByRole('tabpanel', {name: tab}).waitFor();
          expect(await violations(panel), tab).toEqual([]);
        }
        expect(panel.complaints.filter(text => !isKnown(text))).toEqual([]);
        await panel.close();
      }
    });
  }

  test('can be used with the keyboard alone: everything that acts is reached and shows its focus', async () => {
    const panel = await openLive('dark');
    for (const tab of TABS) {
      await showTab(panel, tab);
      await panel.page.waitForTimeout(100);
      const {unreached, unseen} = await tabThrough(panel);
      expect(unreached, tab).toEqual([]);
      expect(unseen, tab).toEqual([]);
    }
    await panel.page.locator('#tab-surface').focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.getByRole('tab', {name: 'Network', selected: true}).waitFor();
    await panel.close();
  });

  test('shows hostile names as text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    const names = [
      '<img src=x onerror="document.title=1">',
      '"quoted" \'twice\' & <b>bold</b>',
      'x'.repeat(10_000),
      'שלום עולם مرحبا',
      '👩‍👩‍👧‍👦🔥',
    ];
    const layer = '<script>alert(1)</script>';
    const rows = Array.from({length: 60}, (_, i) => `${i % 7},${(i * 5) % 11},${i % 2 ? '<u>yes</u>' : 'no & never'}`);
    writeFileSync(join(folder, 'data.csv'), `"<i>a</i>",b,target\n${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'hostile.mlp.json'),
      JSON.stringify({
        version: 1,
        data: {source: 'data.csv', target: 'target'},
        layers: [
          {name: layer, type: 'dense', units: 4},
          {name: 'drop', type: 'dropout', rate: 0.2},
        ],
        training: {epochs: 3, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.01}, seed: 1},
        evaluation: {folds: 3},
        variants: Object.fromEntries(names.map((name, i) => [name, {'layers.drop.rate': i / 10}])),
      }),
    );
    const hostile = await recordRun(join(folder, 'hostile.mlp.json'));
    rmSync(folder, {recursive: true});
    const host = recordedHost(hostile);
    const panel = await browser.open({onMessage: host.onMessage});
    for (const tab of TABS) {
      await showTab(panel, tab);
      await panel.page.waitForTimeout(150);
      expect(await panel.page.locator('#panel').locator('img, script, u, i, b').count()).toBe(0);
      const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${tab} is wider than the window`).toBeLessThanOrEqual(0);
    }
    const shown = await panel.page.locator('.results tbody').textContent();
    for (const name of [names[0]!, names[1]!, names[3]!, names[4]!])
      expect(shown).toContain([...name].slice(0, 30).join(''));
    expect(await panel.page.title()).toBe('MLP Lab');
    expect(panel.complaints).toEqual([]);
    await panel.close();
  });

  test('is no wider than a narrow window, on any tab', async () => {
    const panel = await browser.open({width: 420, onMessage: recordedHost(recording).onMessage});
    for (const tab of TABS) {
      await showTab(panel, tab);
      await panel.page.getByRole('tabpanel', {name: tab}).waitFor();
      const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, tab).toBeLessThanOrEqual(0);
    }
    await panel.close();
  });

  test('remembers tab, fold and scale across a reload', async () => {
    const host = recordedHost(recording);
    const panel = await browser.open({onMessage: host.onMessage});
    await showTab(panel, 'Curves');
    await panel.page.getByRole('checkbox', {name: 'Log scale'}).click();
    const state = (await panel.state())!;
    await panel.close();
    const again = await browser.open({onMessage: host.onMessage, state});
    await again.page.getByRole('tab', {name: 'Curves', selected: true}).waitFor();
    expect(await again.page.getByRole('checkbox', {name: 'Log scale'}).getAttribute('aria-checked')).toBe('true');
    await again.close();
  });

  test('keeps the choices for a run that is shown again, and none of them for another', async () => {
    const panel = await browser.open({onMessage: recordedHost(recording).onMessage});
    await showTab(panel, 'Curves');
    const legend = panel.page.getByRole('button', {name: 'hidden dropout', exact: true});
    await legend.click();
    const hidden = async () => (await panel.state())!.view as {tab: string; hidden: string[]};
    await expect.poll(hidden).toMatchObject({tab: 'curves', hidden: ['hidden dropout']});
    const [{directory}] = [(await panel.state())!];
    await panel.send({kind: 'show', directory, state: null});
    await legend.waitFor();
    expect(await hidden()).toMatchObject({tab: 'curves', hidden: ['hidden dropout']});
    await panel.send({kind: 'show', directory: '/runs/another', state: null});
    await expect.poll(hidden).toMatchObject({tab: 'curves', hidden: []});
    await panel.close();
  });

  test('goes on by arrow keys from the shown tab, where the chosen one is of a search', async () => {
    const state = {version: 1 as const, directory: '/runs/recorded', view: {tab: 'search'}};
    const panel = await browser.open({onMessage: recordedHost(recording).onMessage, state});
    await panel.page.getByRole('tab', {name: 'Network', selected: true}).press('ArrowRight');
    await panel.page.getByRole('tab', {name: 'Curves', selected: true}).waitFor();
    await panel.close();
  });

  test('begins at the layer that the editor asks for', async () => {
    const dense = await browser.open({height: 500, onMessage: recordedHost(recording, null, 'hidden2').onMessage});
    await dense.page.getByRole('tab', {name: 'Layers', selected: true}).waitFor();
    const section = dense.page.getByRole('region', {name: 'Layer hidden2'});
    await section.waitFor();
    await expect.poll(() => section.evaluate(element => element.getBoundingClientRect().top)).toBeLessThan(250);
    expect(await section.getAttribute('aria-current')).toBe('true');
    await dense.close();

    const drop = await browser.open({onMessage: recordedHost(recording, null, 'drop1').onMessage});
    await drop.page.getByRole('tab', {name: 'Network', selected: true}).waitFor();
    await drop.page.getByRole('heading', {name: 'Unit 1 of hidden1'}).waitFor();
    await drop.close();
  });

  test('saves curves as PNG, SVG and CSV with the numbers that came', async () => {
    const host = recordedHost(recording);
    const panel = await browser.open({onMessage: host.onMessage});
    await showTab(panel, 'Curves');
    for (const name of ['PNG', 'SVG', 'CSV']) await panel.page.getByRole('button', {name, exact: true}).click();
    const saved = () => host.heard.filter(message => message.kind === 'saveFile');
    await expect.poll(() => saved().length).toBe(3);
    const byName = new Map(saved().map(({name, content}) => [name, content]));
    expect((byName.get('curves.png') as Uint8Array).slice(1, 4)).toEqual(new TextEncoder().encode('PNG'));
    expect(byName.get('curves.svg')).toMatch(/^<svg .*hidden dropout.*<\/svg>\n$/s);
    const lines = (byName.get('curves.csv') as string).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 3 * 10 * 8);
    const first = recording.events.find(
      event => event.event === 'epochsEnded' && event.variant === 'baseline' && event.fold === 1,
    )!;
    expect(lines[1]).toBe(`baseline,1,1,1,${(first as {trainingLoss: number[]}).trainingLoss[0]}`);
    await panel.close();
  });

  test('shows a metric of the test rows epoch by epoch: in percent, by keyboard, as a table and as CSV', async () => {
    const measured = withTestAccuracy(recording);
    const host = recordedHost(measured);
    const panel = await browser.open({onMessage: host.onMessage});
    await showTab(panel, 'Curves');
    await panel.page.getByRole('combobox', {name: 'Show'}).click();
    await panel.page.getByRole('option', {name: 'Test accuracy'}).click();
    await panel.page.getByText('Of the test rows, and only to be looked at').waitFor();
    await panel.page.locator('.chart-area').focus();
    await panel.page.keyboard.press('End');
    await panel.page.locator('.readout', {hasText: /^Epoch 8: baseline 80\.0 % ± 0\.0 %;/}).waitFor();
    // Measured in epochs 1 and 8 alone: what lies between is on a line.
    await panel.page.getByRole('button', {name: 'The curves as a table'}).click();
    const table = panel.page.getByRole('region', {name: 'The curves as a table'});
    await table.getByText('Test accuracy: mean and standard deviation over the folds, on straight lines').waitFor();
    const first = table.locator('tbody tr', {has: panel.page.getByRole('rowheader', {name: '1', exact: true})});
    expect(await first.locator('td').first().textContent()).toBe('45.0 %');
    await panel.page.getByRole('button', {name: 'CSV', exact: true}).click();
    await panel.page.getByRole('button', {name: 'SVG', exact: true}).click();
    const saved = () => host.heard.flatMap(message => (message.kind === 'saveFile' ? [message.content as string] : []));
    await expect.poll(() => saved().length).toBe(2);
    expect(saved()[0]!.split('\n').slice(0, 3)).toEqual([
      'variant,repeat,fold,epoch,testMetrics.accuracy',
      'baseline,1,1,1,0.45',
      'baseline,1,1,2,',
    ]);
    expect(saved()[1]).toContain('Test accuracy (%, higher is better)');
    await panel.close();
  });

  test('shows what a variant rests on, where an explanation is stored with the run', async () => {
    const change = (mean: number) => ({accuracy: {mean, interval: [mean - 0.02, mean + 0.02], p: 0.01}});
    const summary = (mean: number) => ({accuracy: {mean, sd: 0.05, folds: 10}});
    const explanation = {
      variant: 'baseline',
      columns: ['column9', 'column11'].map((name, i) => ({name, changes: change(-0.01 - 0.05 * i)})),
      inputs: [],
      layers: [],
      curve: [40, 187].map((rows, i) => ({rows, metrics: summary(0.7 + 0.1 * i)})),
      words: ['It rests on column11 most.'],
    };
    const stored = {...recording.stored, explanations: [explanation]};
    const panel = await browser.open({onMessage: recordedHost({...recording, stored}).onMessage});
    await showTab(panel, 'Results');
    await panel.page.getByText('It rests on column11 most.').waitFor();
    await panel.page.getByRole('button', {name: 'Columns that it rests on as a table'}).click();
    const first = panel.page
      .getByRole('region', {name: 'Columns that it rests on as a table'})
      .locator('tbody tr')
      .first();
    expect(await first.locator('th, td').allTextContents()).toEqual(['column11', '−6.0 %', '−8.0 %', '−4.0 %']);
    await panel.page.getByRole('img', {name: 'accuracy over the number of training rows'}).waitFor();
    await panel.page.getByRole('combobox', {name: 'Metric'}).click();
    await panel.page.getByRole('option', {name: 'expected calibration error'}).click();
    await panel.page
      .getByText('The figures show accuracy: expected calibration error was not measured for them.')
      .waitFor();
    await panel.page.getByRole('img', {name: 'accuracy over the number of training rows'}).waitFor();
    await injectAxe(panel);
    expect(await violations(panel)).toEqual([]);
    await panel.close();
  });

  test('opens the line of a wrongly predicted row, and the document', async () => {
    const host = recordedHost(recording);
    const panel = await browser.open({onMessage: host.onMessage});
    await showTab(panel, 'Results');
    const link = panel.page.locator('.worst button').first();
    const line = Number(await link.textContent());
    await link.click();
    await panel.page.getByRole('button', {name: 'sonar.mlp.json'}).click();
    await expect
      .poll(() => host.heard.filter(({kind}) => kind.startsWith('open')))
      .toEqual([
        {kind: 'openDataLine', line},
        {kind: 'openDocument', layer: null},
      ]);
    await panel.close();
  });

  test('asks the sidecar to pause, step, go on and cancel', async () => {
    const state = runningState(recording);
    const host = recordedHost(recording, state);
    const panel = await browser.open({onMessage: host.onMessage});
    for (const name of ['Pause', 'Step one batch', 'Step one epoch', 'Resume', 'Cancel the run']) {
      await panel.page.getByRole('button', {name}).click();
    }
    const methods = () =>
      host.heard.flatMap(message =>
        message.kind === 'request' && /pause|step|continue|cancel/.test(message.method) ? [message] : [],
      );
    await expect
      .poll(() => methods().map(({method}) => method))
      .toEqual(['mlpLab/pauseRun', 'mlpLab/stepRun', 'mlpLab/stepRun', 'mlpLab/continueRun', 'mlpLab/cancelRun']);
    await panel.close();
  });

  test('says that the training process ended, and attaches again from where it was', async () => {
    const state = runningState(recording);
    const host = recordedHost(recording, state);
    const panel = await browser.open({onMessage: host.onMessage});
    await panel.page.getByRole('tab', {name: 'Network'}).waitFor();
    const events = recording.events.slice(0, 7);
    await panel.send({kind: 'notification', method: 'mlpLab/runEvents', params: {run: state.run, from: 0, events}});
    await panel.send({kind: 'sidecar', status: 'stopped'});
    await panel.page.getByText('The training process ended. It is started again').waitFor();
    await panel.send({kind: 'sidecar', status: 'started'});
    await expect
      .poll(() => host.heard.filter(message => message.kind === 'request' && message.method === 'mlpLab/attach').at(-1))
      .toMatchObject({params: {from: 7}});
    await panel.close();
  });

  test('says what a run met and went on from', async () => {
    const message =
      'The worker of "baseline", repeat 1, fold 1 was lost, because it was killed; another one takes over.';
    const events = [...recording.events, {event: 'problemMet', at: 900, message} as const];
    const panel = await browser.open({onMessage: recordedHost({...recording, events}).onMessage});
    const told = panel.page.getByRole('status').filter({hasText: message});
    await told.waitFor();
    expect(await told.evaluate(element => getComputedStyle(element).borderLeftStyle)).toBe('solid');
    await panel.close();
  });

  test('says what was refused instead of showing nothing', async () => {
    const onMessage = (message: FromPanel, send: (message: ToPanel) => void) => {
      if (message.kind === 'ready') send({kind: 'show', directory: '/gone', state: null});
      if (message.kind === 'request') send({kind: 'refused', id: message.id, message: 'This run was deleted.'});
    };
    const panel = await browser.open({onMessage});
    await panel.page.getByRole('alert').filter({hasText: 'This run was deleted.'}).waitFor();
    await panel.close();
  });

  test('survives an error of its own with a sentence, tells the log, and can be loaded again', async () => {
    const host = recordedHost({...recording, stored: {...recording.stored, variants: null as never}});
    const panel = await browser.open({onMessage: host.onMessage});
    await panel.page.getByRole('alert').filter({hasText: 'The panel met an error of its own'}).waitFor();
    await expect.poll(() => host.heard.find(({kind}) => kind === 'failed')).toBeDefined();
    const before = host.heard.length;
    await panel.page.getByRole('button', {name: 'Load the panel again'}).click();
    await expect.poll(() => host.heard.slice(before).map(({kind}) => kind)).toContain('ready');
    await panel.close();
  });

  test('holds 5,000 epochs of thirty networks', async () => {
    const many = longRun(recording, 5000);
    const host = recordedHost(many);
    const panel = await browser.open({onMessage: host.onMessage});
    await showTab(panel, 'Curves');
    // What is hidden still cannot have the focus: the tab shows with the page's next frame.
    await panel.page.locator('.chart-area').waitFor();
    await panel.page.locator('.chart-area').focus();
    const readout = panel.page.locator('.readout', {hasText: /^Epoch 5\s000:/});
    // The end is where it is once all epochs have come.
    const readsTheEnd = async () => {
      await panel.page.keyboard.press('End');
      return readout.isVisible();
    };
    await expect.poll(readsTheEnd, {timeout: 30_000}).toBe(true);
    // Far more epochs than pixels: the epoch that was asked for is read, however the curves are drawn anew.
    await panel.page.keyboard.press('ArrowLeft');
    const before = panel.page.locator('.readout', {hasText: /^Epoch 4\s999:/});
    await before.waitFor();
    for (const width of [903, 611, 1400]) {
      await panel.page.setViewportSize({width, height: 800});
      await panel.page.waitForTimeout(600);
      expect(await before.isVisible(), `${width} pixels`).toBe(true);
    }
    expect(panel.complaints).toEqual([]);
    await panel.close();
  });
});

/** As if the time for a measurement had come together at the ends of the first and the last epoch. */
function withTestAccuracy(recording: Recording): Recording {
  const events = recording.events.map(event => {
    if (event.event !== 'epochsEnded') return event;
    const accuracy = event.trainingLoss.map((_, i) => ({1: 0.45, 8: 0.8})[event.from + i] ?? null);
    return {...event, testMetrics: {accuracy}};
  });
  return {...recording, events};
}

/** Only for size: the numbers of a real run, repeated. */
function longRun(recording: Recording, epochs: number): Recording {
  const events = recording.events.map(event => {
    if (event.event !== 'epochsEnded') return event;
    const {trainingLoss, cleanLoss, learningRate} = event;
    const repeated = <T>(values: readonly T[]) => Array.from({length: epochs}, (_, i) => values[i % values.length]!);
    return {
      ...event,
      from: 1,
      trainingLoss: repeated(trainingLoss),
      ...(cleanLoss ? {cleanLoss: repeated(cleanLoss)} : {}),
      learningRate: Array.from({length: epochs}, () => learningRate[0]!),
    };
  });
  return {...recording, events};
}
