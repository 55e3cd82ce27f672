/**
 * Takes the pictures of docs/panel.md: `node scripts/panelPictures.ts`. Real runs of examples/sonar in the built page, in
 * Chromium. Needs a build (`npm run build`).
 */
import {fileURLToPath} from 'node:url';
import type {Page} from 'playwright-core';
import {hasChromium, startBrowser} from '../test/webview/support/panelPage.ts';
import {recordedHost} from '../test/webview/support/recordedHost.ts';
import {type Recording, recordRun, recordSearch} from '../test/webview/support/recordRun.ts';
import type {ThemeName} from '../test/webview/support/themes.ts';

if (!hasChromium) process.exit(1);

const SONAR = fileURLToPath(new URL('../examples/sonar/sonar.mlp.json', import.meta.url));
const HIDDEN = {variant: 'hidden dropout', repeat: 1, fold: 1};

interface Picture {
  readonly name: string;
  readonly theme: ThemeName;
  readonly recording: Recording;
  readonly view: object;
  readonly height?: number;
  /** What is done before the picture is taken. */
  act?(page: Page): Promise<void>;
}

const run = await recordRun(SONAR, {'training.epochs': 100});
const search = await recordSearch(SONAR, {dropout: true, overrides: {'training.epochs': 60} as never});
const network = {tab: 'network', place: HIDDEN, epoch: 60, batch: 3};
const walkToUnit = async (page: Page) => {
  await page.locator('.network-picture').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
};
const pictures: readonly Picture[] = [
  {name: 'network', theme: 'dark', recording: run, view: {...network, row: 0}},
  {name: 'network-unit', theme: 'light', recording: run, view: {...network, row: null}, act: walkToUnit},
  {name: 'network-high-contrast', theme: 'highContrastLight', recording: run, view: {...network, row: 2}},
  {name: 'curves', theme: 'light', recording: run, view: {tab: 'curves', series: 'testMetrics.nll'}},
  {name: 'layers', theme: 'dark', recording: run, view: {tab: 'layers', place: HIDDEN}},
  {name: 'search', theme: 'light', recording: search, view: {tab: 'search'}, height: 1150},
  {name: 'results', theme: 'dark', recording: run, view: {tab: 'results'}, height: 1150},
  {name: 'surface', theme: 'highContrast', recording: run, view: {tab: 'surface', place: HIDDEN}},
];

const browser = await startBrowser();
for (const {name, theme, recording, view, height = 900, act} of pictures) {
  const {page, close} = await browser.open({
    theme,
    height,
    width: 1300,
    onMessage: recordedHost(recording).onMessage,
    state: {version: 1, directory: '/runs/recorded', view: {follow: false, ...view}},
  });
  await page.getByRole('tabpanel').locator('canvas, svg.plot').first().waitFor();
  await act?.(page);
  // Past layers and counts are computed anew, and text follows the picture a little later.
  await page.waitForTimeout(2500);
  const path = fileURLToPath(new URL(`../docs/images/panel-${name}.jpg`, import.meta.url));
  await page.screenshot({path, type: 'jpeg', quality: 82});
  await close();
  console.log(path);
}
await browser.close();
