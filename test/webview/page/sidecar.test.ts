import {copyFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type SidecarClient, startSidecar} from '../../support/sidecarClient.ts';
import {hasChromium, type PanelBrowser, startBrowser} from '../support/panelPage.ts';
import {sidecarHost, startPaused} from '../support/sidecarHost.ts';

const SONAR_DATA = fileURLToPath(new URL('../../../examples/sonar/sonar.csv', import.meta.url));

describe.skipIf(!hasChromium)('the panel of a run that trains in a real sidecar', () => {
  let browser: PanelBrowser;
  let sidecar: SidecarClient;
  const folder = mkdtempSync(join(tmpdir(), 'mlp-panel-'));
  beforeAll(async () => {
    [browser, sidecar] = await Promise.all([startBrowser(), startSidecar()]);
  });
  afterAll(async () => {
    await browser?.close();
    await sidecar?.close();
    rmSync(folder, {recursive: true, force: true});
  });

  test('is stepped batch by batch, goes on, and ends with results, a past and a surface', async () => {
    const document = writeDocument(folder, 30);
    const state = await startPaused(sidecar, document);
    const {page, complaints, close} = await browser.open({onMessage: sidecarHost(sidecar, state).onMessage});
    await page.getByRole('button', {name: 'Step one batch'}).click();
    await page.getByText(/Epoch 1, batch \d+ of 9/).waitFor();
    await page.getByRole('button', {name: 'Step one epoch'}).click();
    await page.getByText(/Epoch 1, batch 9 of 9/).waitFor();
    await page.getByRole('button', {name: 'Resume'}).click();
    await page.getByText('completed', {exact: true}).waitFor();

    await page.getByRole('tab', {name: 'Results'}).click();
    await page.getByText('Compared on the same folds').waitFor();
    expect(await page.locator('.results tbody tr').count()).toBe(4);
    await page.getByRole('tab', {name: 'Layers'}).click();
    await page.getByText('Weights over the epochs').first().waitFor();
    await page.getByRole('tab', {name: 'Decision surface'}).click();
    await page.getByText('What the network predicts at the end of epoch 30').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('shows a search from its first fold to the nested estimate', async () => {
    const state = await startPaused(sidecar, writeDocument(folder, 4), 'dropout');
    const {page, complaints, close} = await browser.open({onMessage: sidecarHost(sidecar, state).onMessage});
    await page.getByRole('tab', {name: 'Search', selected: true}).waitFor();
    await page.getByText('18 settings on the same folds, by NLL: 0 of 54 networks so far.').waitFor();
    await page.getByRole('button', {name: 'Resume'}).click();
    await page.getByText('completed', {exact: true}).waitFor();
    await page.getByText('18 settings on the same 3 folds, by NLL.').waitFor();
    await page.getByText('Nested cross-validation, which chooses anew').waitFor();
    await page
      .locator('.fact', {hasText: 'The honest estimate, nested'})
      .getByText(/^NLL \d/)
      .waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

/** A small network on Sonar. @returns the path of its document */
function writeDocument(folder: string, epochs: number): string {
  copyFileSync(SONAR_DATA, join(folder, 'sonar.csv'));
  const document = join(folder, 'net.mlp.json');
  writeFileSync(
    document,
    JSON.stringify({
      version: 1,
      data: {source: 'sonar.csv', header: false, target: 'column61', scale: 'standard'},
      layers: [
        {name: 'hidden', type: 'dense', units: 20, activation: 'relu', maxNorm: 3},
        {name: 'drop', type: 'dropout', rate: 0.3},
      ],
      training: {epochs, batchSize: 16, optimizer: {type: 'sgd', learningRate: 0.05}, seed: 4},
      evaluation: {folds: 3},
      variants: {plain: {'layers.drop.rate': 0}, dropout: {}},
    }),
  );
  return document;
}
