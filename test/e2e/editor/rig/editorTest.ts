/** The rig of a test file: one server and one browser for all of its tests, a picture of the window when one fails. */
import {cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Browser} from 'playwright-core';
import {afterAll, beforeAll, describe, onTestFinished} from 'vitest';
import {installedVsCode} from '../../../../scripts/installVsCode.ts';
import {launchChromium, noChromium} from '../../../support/chromium.ts';
import {type CodeServer, type CodeServerOptions, startCodeServer} from './codeServer.ts';
import {Workbench} from './workbench.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const pictures = join(root, 'node_modules/.cache/editor-failures');

const missing =
  noChromium ?? (installedVsCode() ? null : 'VS Code is not installed for tests: run npm run test:editor.');
if (missing) console.warn(`Skipped: ${missing}`);

export interface EditorRig {
  readonly server: CodeServer;
  /** Opens a window on a new workspace with the files of an example. @param epochs in place of its 300 */
  openExample(name: string, epochs?: number): Promise<Workbench>;
  /** Opens a window on a folder. */
  open(workspace: string): Promise<Workbench>;
  /** A new folder with the files of an example. @param epochs in place of its 300 */
  copyExample(name: string, epochs?: number): string;
}

export function describeEditor(title: string, options: CodeServerOptions, body: (rig: () => EditorRig) => void): void {
  describe.skipIf(missing !== null)(title, () => {
    let server: CodeServer;
    let browser: Browser;
    let workspaces = 0;
    beforeAll(async () => {
      [server, browser] = await Promise.all([startCodeServer(options), launchChromium()]);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });
    const copyExample = (name: string, epochs = 300) => {
      const folder = join(server.folder, `workspace${++workspaces}`);
      const source = join(root, 'examples', name);
      mkdirSync(folder, {recursive: true});
      for (const file of readdirSync(source)) {
        if (file === '.mlp') continue;
        cpSync(join(source, file), join(folder, file));
        if (!file.endsWith('.mlp.json')) continue;
        const text = readFileSync(join(folder, file), 'utf8');
        writeFileSync(join(folder, file), text.replace('"epochs": 300', `"epochs": ${epochs}`));
      }
      return folder;
    };
    const open = async (workspace: string) => {
      const workbench = await Workbench.open(browser, server, workspace);
      onTestFinished(async ({task}) => {
        if (task.result?.state === 'fail') await keepPicture(workbench, task.name);
        // The window of a test that failed would slow down those after it.
        await workbench.close();
      });
      return workbench;
    };
    body(() => ({server, copyExample, open, openExample: (name, epochs) => open(copyExample(name, epochs))}));
  });
}

let kept = 0;

async function keepPicture({page}: Workbench, test: string): Promise<void> {
  mkdirSync(pictures, {recursive: true});
  // A test may have had several windows.
  const file = join(pictures, `${test.replaceAll(/[^\w]+/g, '-').slice(0, 80)}-${++kept}.png`);
  await page.screenshot({path: file}).catch(() => {}); // It was closed before.
  console.error(`The window when it failed: ${file}`);
}
