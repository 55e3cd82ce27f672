import {existsSync} from 'node:fs';
import {type Browser, chromium} from 'playwright-core';

/** Debian's Chromium, or the one that CHROMIUM names. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why tests in a browser are skipped here; null where they run. */
export const noChromium = existsSync(executablePath)
  ? null
  : `There is no Chromium at ${executablePath}: install it (apt-get install chromium), or name it in CHROMIUM.`;

export function launchChromium(): Promise<Browser> {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  return chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet]});
}
