import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {FromPanel, ToPanel} from '../../../schemas/panel.ts';
import {hasChromium, type PanelBrowser, type PanelPage, startBrowser} from '../support/panelPage.ts';
import {recordedHost, runningState} from '../support/recordedHost.ts';
import {type Recording, recordRun} from '../support/recordRun.ts';
import {THEMES, type ThemeName} from '../support/themes.ts';

const SONAR = fileURLToPath(new URL('../../../examples/sonar/sonar.mlp.json', import.meta.url));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
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

  async function violations({page}: PanelPage): Promise<string[]> {
    return page.evaluate(async () => {
      const {violations: found} = await (
        window as unknown as {
          axe: {run(): Promise<{violations: {id: string; nodes: {html: string; failureSummary: string}[]}[]}>};
        }
      ).axe.run();
      return found.map(
        ({id, nodes}) => `${id}: ${nodes.map(node => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`,
      );
    });
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

/** Through the debugger's own door: the page's policy lets no other script in. */
async function injectAxe({page}: PanelPage): Promise<void> {
  const {readFileSync} = await import('node:fs');
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {expression: readFileSync(AXE, 'utf8')});
  await session.detach();
}

/** axe-core itself tries to add a style; and the toolkit sets two attributes that the policy refuses without harm. */
function isKnown(text: string): boolean {
  return /Applying inline style violates/.test(text);
}

async function tabThrough({page}: PanelPage): Promise<{unreached: string[]; unseen: string[]}> {
  await page.evaluate(() => {
    const acting = 'button, input, vscode-button, vscode-checkbox, vscode-dropdown, [role=tab], [tabindex="0"]';
    const isShown = (element: Element) => element.checkVisibility({visibilityProperty: true});
    const canAct = (element: Element) => !element.hasAttribute('disabled') && (element as HTMLElement).tabIndex >= 0;
    const wanted = [...document.querySelectorAll(acting)].filter(
      each => isShown(each) && (canAct(each) || each.tagName.startsWith('VSCODE')),
    );
    Object.assign(window, {wanted: new Set(wanted), unseen: []});
    // Tabbing begins at the top of the page, not where somebody clicked last.
    document.body.tabIndex = -1;
    document.body.focus();
  });
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const isDone = await page.evaluate(() => {
      const {wanted, unseen} = window as unknown as {wanted: Set<Element>; unseen: string[]};
      const active = document.activeElement;
      if (!active || active === document.body) return true;
      const inner = active.shadowRoot?.activeElement ?? active;
      const styles = [
        getComputedStyle(active),
        getComputedStyle(inner),
        ...[...(active.shadowRoot?.querySelectorAll('*') ?? [])].map(each => getComputedStyle(each)),
      ];
      const isSeen = styles.some(
        ({outlineStyle, outlineWidth, borderColor, boxShadow}) =>
          (outlineStyle !== 'none' && outlineWidth !== '0px') ||
          boxShadow !== 'none' ||
          borderColor.includes('0, 120, 212'),
      );
      if (!isSeen) unseen.push(active.outerHTML.slice(0, 120));
      wanted.delete(active);
      return false;
    });
    if (isDone) break;
  }
  return page.evaluate(() => {
    const {wanted, unseen} = window as unknown as {wanted: Set<Element>; unseen: string[]};
    return {unreached: [...wanted].map(each => each.outerHTML.slice(0, 120)), unseen};
  });
}
