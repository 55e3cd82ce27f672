/** The built page in a real Chromium, with a host on this side of the browser that answers from a recording. */
import {existsSync, readFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {fileURLToPath} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright-core';
import type {FromPanel, PanelState, ToPanel} from '../../../schemas/panel.ts';
import {THEMES, type ThemeName, themeCss} from './themes.ts';
import {packMessage, unpackMessage} from './transport.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`The panel's tests are skipped: there is no Chromium at ${CHROMIUM} (set CHROMIUM).`);

const DIST = fileURLToPath(new URL('../../../dist/webview/', import.meta.url));

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly state?: PanelState;
  readonly reducedMotion?: boolean;
  /** Gets every message of the page; answers through `send`. */
  onMessage(message: FromPanel, send: (message: ToPanel) => void): void;
}

export interface PanelPage {
  readonly page: Page;
  send(message: ToPanel): Promise<void>;
  /** Console errors and refusals of the content security policy. */
  readonly complaints: readonly string[];
  /** What the page kept with setState. */
  state(): Promise<PanelState | null>;
  close(): Promise<void>;
}

export interface PanelBrowser {
  open(options: OpenOptions): Promise<PanelPage>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<PanelBrowser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--enable-precise-memory-info'],
  });
  const server = await serve();
  return {
    open: options => openPage(browser, server, options),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

async function openPage(browser: Browser, server: Server, options: OpenOptions): Promise<PanelPage> {
  const {theme = 'dark', width = 1400, height = 900, reducedMotion = false} = options;
  const context = await browser.newContext({
    viewport: {width, height},
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  const send = async (message: ToPanel) => {
    // A page that is closed meanwhile hears nothing any more.
    if (!page.isClosed()) await page.evaluate(packed => window.fromHost(packed), packMessage(message)).catch(() => {});
  };
  await page.exposeFunction('toHost', (packed: string) => {
    options.onMessage(unpackMessage(packed) as FromPanel, message => void send(message));
  });
  await page.addInitScript(fakeApi, options.state ?? null);
  const {port} = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/panel?theme=${theme}`);
  return {
    page,
    send,
    complaints,
    state: () => page.evaluate(() => window.keptState as PanelState | null),
    close: () => context.close(),
  };
}

declare global {
  interface Window {
    toHost(packed: string): void;
    fromHost(packed: string): void;
    keptState: unknown;
    acquireVsCodeApi(): unknown;
  }
}

/** Runs in the page: VS Code's interface, with messages packed as text, because typed arrays do not pass otherwise. */
function fakeApi(kept: unknown): void {
  const names = ['Uint8Array', 'Uint32Array', 'Float32Array', 'Float64Array'] as const;
  window.keptState = kept;
  window.fromHost = packed => {
    const data = JSON.parse(packed, (_, value) => {
      const name = names.find(each => each === value?.typed);
      if (!name) return value;
      const bytes = Uint8Array.from(atob(value.base64), sign => sign.charCodeAt(0));
      return new globalThis[name](bytes.buffer);
    });
    window.dispatchEvent(new MessageEvent('message', {data}));
  };
  window.acquireVsCodeApi = () => ({
    postMessage(message: unknown) {
      const packed = JSON.stringify(message, (_, value) => {
        const name = names.find(each => value instanceof globalThis[each]);
        if (!name) return value;
        const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return {typed: name, base64: btoa(text)};
      });
      window.toHost(packed);
    },
    getState: () => window.keptState,
    setState(state: unknown) {
      window.keptState = JSON.parse(JSON.stringify(state));
    },
  });
}

function serve(): Promise<Server> {
  const nonce = 'dGVzdC1ub25jZQ';
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://panel');
    const theme = (url.searchParams.get('theme') ?? 'dark') as ThemeName;
    if (url.pathname === '/panel') {
      const html = readFileSync(`${DIST}panel.html`, 'utf8')
        .replaceAll('{{nonce}}', nonce)
        .replaceAll('{{cspSource}}', "'self'")
        .replaceAll('{{style}}', 'panel.css')
        .replaceAll('{{script}}', 'panel.js')
        .replace('<link', `<link rel="stylesheet" href="theme.css?theme=${theme}" />\n    <link`)
        .replace('<body>', `<body class="${THEMES[theme].bodyClass}">`);
      response.setHeader('content-type', 'text/html').end(html);
    } else if (url.pathname === '/theme.css') {
      response.setHeader('content-type', 'text/css').end(themeCss(theme));
    } else if (url.pathname === '/panel.js' || url.pathname === '/panel.css') {
      response
        .setHeader('content-type', url.pathname.endsWith('.js') ? 'text/javascript' : 'text/css')
        .end(readFileSync(DIST + url.pathname.slice(1)));
    } else if (url.pathname === '/favicon.ico') {
      response.writeHead(204).end();
    } else {
      response.writeHead(404).end();
    }
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}
