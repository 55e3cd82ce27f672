import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {networkLayout} from '../../../webview/figures/networkLayout.ts';
import {PICTURE_TOP} from '../../../webview/figures/networkPicture.ts';
import {isKept} from '../../../webview/run/masks.ts';
import {networkShape} from '../../../webview/run/networkShape.ts';
import {drawnDropped, pictureSize} from '../support/decodePicture.ts';
import {hasChromium, type PanelBrowser, startBrowser} from '../support/panelPage.ts';
import {recordedHost, runningState} from '../support/recordedHost.ts';
import {type Recording, recordRun} from '../support/recordRun.ts';

const SONAR = fileURLToPath(new URL('../../../examples/sonar/sonar.mlp.json', import.meta.url));
const EPOCHS = 12;
const HIDDEN = {variant: 'hidden dropout', repeat: 1, fold: 1};
/** Colour of a dropped unit in the dark theme. */
const DROPPED = [0xff, 0x8a, 0x65] as const;

describe.skipIf(!hasChromium)('the network of a run', () => {
  let browser: PanelBrowser;
  let recording: Recording;
  beforeAll(async () => {
    [browser, recording] = await Promise.all([startBrowser(), recordRun(SONAR, {'training.epochs': EPOCHS})]);
  });
  afterAll(() => browser?.close());

  const view = (change: object) => ({
    version: 1 as const,
    directory: '/runs/recorded',
    view: {tab: 'network', follow: false, place: HIDDEN, ...change},
  });

  test('draws as dropped exactly the units that the mask of the row drops, at any batch of any epoch', async () => {
    const shape = networkShape(recording.stored, HIDDEN.variant);
    for (const [epoch, batch, row] of [
      [1, 1, 0],
      [1, 2, 7],
      [5, 12, 3],
      [EPOCHS, 6, 15],
    ] as const) {
      const host = recordedHost(recording);
      const {page, close} = await browser.open({onMessage: host.onMessage, state: view({epoch, batch, row})});
      await page.getByText(`Epoch ${epoch}, batch ${batch} of 12: row ${row + 1}`).waitFor();
      const {width, height} = await pictureSize(page);
      const layout = networkLayout(shape, width, height, PICTURE_TOP);
      const masks = recording.masks(HIDDEN, epoch, batch);
      let dropped = 0;
      for (const [column, layer] of [
        [1, 'drop1'],
        [2, 'drop2'],
      ] as const) {
        const mask = masks.layers.find(each => each.layer === layer)!;
        const expected = Array.from({length: mask.width}, (_, unit) => !isKept(mask, row, unit));
        expect(await drawnDropped(page, layout, column, DROPPED)).toEqual(expected);
        dropped += expected.filter(Boolean).length;
      }
      expect(dropped).toBeGreaterThan(0);
      expect(await drawnDropped(page, layout, 0, DROPPED)).not.toContain(true);
      await close();
    }
  });

  test('counts drops whose shares come near the rate, and says so of a unit in words', async () => {
    const host = recordedHost(recording);
    const {page, close} = await browser.open({onMessage: host.onMessage, state: view({epoch: EPOCHS, batch: 1})});
    await page.getByRole('button', {name: 'The network as a table'}).click();
    const cell = (unit: string, column: number) =>
      page
        .locator('.table-twin tr', {has: page.getByRole('rowheader', {name: unit, exact: true})})
        .locator('td')
        .nth(column);
    await expect.poll(() => cell('Unit 1 of hidden1', 1).textContent()).toMatch(/^\d/);
    const counts = recording.dropCounts(HIDDEN, 1, EPOCHS).find(({layer}) => layer === 'drop1')!;
    let total = 0;
    for (const unit of [1, 30, 60]) {
      const share = `${((100 * counts.counts[unit - 1]!) / counts.draws).toFixed(2)} %`;
      expect(await cell(`Unit ${unit} of hidden1`, 2).textContent()).toBe(share);
    }
    for (const count of counts.counts) total += count;
    const draws = counts.draws * counts.counts.length;
    // Five standard deviations of the binomial count of all units.
    expect(Math.abs(total / draws - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / draws));

    await page.locator('.network-picture').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await page.getByRole('heading', {name: 'Unit 2 of hidden1'}).waitFor();
    const words = page.locator('.words');
    await expect
      .poll(() => words.textContent())
      .toContain(`${counts.counts[1]!.toLocaleString('en').replace(',', '\u202f')} of`);
    expect(await words.textContent()).toMatch(/In (this batch|row \d+).*drop1/);
    await close();
  });

  test('follows a training with the masks as they come, thirty a second, and can be scrubbed back', async () => {
    const state = runningState(recording);
    const host = recordedHost(recording, state);
    const {page, send, close} = await browser.open({onMessage: host.onMessage});
    await page.getByRole('tab', {name: 'Network'}).waitFor();
    const started = {event: 'foldStarted' as const, at: 0, ...HIDDEN};
    await send({
      kind: 'notification',
      method: 'mlpLab/runEvents',
      params: {run: state.run, from: 0, events: [recording.events[0]!, started]},
    });
    await expect.poll(() => host.watched()).toEqual({...HIDDEN, layers: null, rate: 30});
    for (const batch of [1, 2, 3]) {
      const masks = recording.masks(HIDDEN, 2, batch);
      const params = {run: state.run, at: Date.now(), masks, layers: batch === 1 ? recording.layers(HIDDEN, 2) : null};
      await send({kind: 'notification', method: 'mlpLab/live', params});
      await page.getByText(`Epoch 2, batch ${batch} of 12`).waitFor();
    }
    await page.getByRole('slider', {name: 'Epoch'}).press('ArrowLeft');
    await page.getByText('Epoch 1, batch 3 of 12').waitFor();
    await expect.poll(() => host.watched()).toBeNull();
    await page.getByRole('checkbox', {name: 'Follow the training'}).click();
    await page.getByText('Epoch 2, batch 3 of 12').waitFor();
    await close();
  });

  test('stands still and can be counted where less motion is asked for', async () => {
    const state = runningState(recording);
    const host = recordedHost(recording, state);
    const {page, send, close} = await browser.open({onMessage: host.onMessage, reducedMotion: true});
    await page.getByRole('tab', {name: 'Network'}).waitFor();
    const started = {event: 'foldStarted' as const, at: 0, ...HIDDEN};
    await send({
      kind: 'notification',
      method: 'mlpLab/runEvents',
      params: {run: state.run, from: 0, events: [started]},
    });
    await expect.poll(() => host.watched()?.rate).toBe(1);
    const masks = recording.masks(HIDDEN, 1, 4);
    await send({
      kind: 'notification',
      method: 'mlpLab/live',
      params: {run: state.run, at: Date.now(), masks, layers: null},
    });
    const {bits, rows, width} = masks.layers[0]!;
    const kept = bits!.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    await page.getByText(`drop1: ${rows * width - kept} of ${rows * width} are dropped`).waitFor();
    expect(await page.locator('.network-picture').isVisible()).toBe(false);
    await close();
  });

  test('draws 2,000 units one by one', async () => {
    const stored = structuredClone(recording.stored) as typeof recording.stored;
    const hidden = stored.variants.find(({name}) => name === HIDDEN.variant)!.document as {layers: {units?: number}[]};
    hidden.layers[1]!.units = 1879;
    hidden.layers[3]!.units = 60;
    const host = recordedHost({...recording, stored});
    const {page, complaints, close} = await browser.open({onMessage: host.onMessage, state: view({})});
    await page.locator('.column-label', {hasText: '879'}).waitFor();
    expect(await page.locator('.column-label', {hasText: 'a mark'}).count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test('labels of five hundred layers those that have room', async () => {
    const stored = structuredClone(recording.stored) as typeof recording.stored;
    const hidden = stored.variants.find(({name}) => name === HIDDEN.variant)!.document as {layers: object[]};
    const dense = {type: 'dense', units: 4, activation: 'relu'};
    hidden.layers.push(...Array.from({length: 500}, (_, i) => ({...dense, name: `deep${i}`})));
    const host = recordedHost({...recording, stored});
    const {page, close} = await browser.open({onMessage: host.onMessage, state: view({})});
    const labels = page.locator('.column-label');
    await labels.first().waitFor();
    const boxes = await labels.evaluateAll(all => all.map(each => each.getBoundingClientRect().toJSON()));
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.slice(1).filter((box, i) => box.left < boxes[i].right)).toEqual([]);
    await close();
  });

  test('keeps the chosen unit when the window changes its size', async () => {
    const host = recordedHost(recording, null, 'drop1');
    const {page, close} = await browser.open({onMessage: host.onMessage});
    await page.getByRole('heading', {name: 'Unit 1 of hidden1'}).waitFor();
    await page.locator('.network-picture').press('ArrowDown');
    await page.getByRole('heading', {name: 'Unit 2 of hidden1'}).waitFor();
    const before = await page.locator('.network-picture canvas').evaluate(({clientWidth}) => clientWidth);
    await page.setViewportSize({width: 1100, height: 800});
    await expect
      .poll(() => page.locator('.network-picture canvas').evaluate(({clientWidth}) => clientWidth))
      .not.toBe(before);
    await page.locator('.network-picture').press('ArrowDown');
    await page.getByRole('heading', {name: 'Unit 3 of hidden1'}).waitFor();
    await close();
  });
});
