/** A VS Code server of its own for a test file, with the packed extension installed as a user installs it. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import packageJson from '../../../../package.json' with {type: 'json'};
import {installedVsCode} from '../../../../scripts/installVsCode.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
export const vsix = join(root, `${packageJson.name}-${packageJson.version}.vsix`);

const agent = fileURLToPath(new URL('agent', import.meta.url));

/** What makes a window quiet and the same each time. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'workbench.editor.useModal': 'off',
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'editor.minimap.enabled': false,
  'editor.cursorBlinking': 'solid',
  'editor.accessibilitySupport': 'off',
  'window.restoreWindows': 'none',
  'files.simpleDialog.enable': true,
};

/** The user without rights, on Linux. */
const nobody = 65_534;

export interface CodeServer {
  /** Folder of its own, for workspaces. */
  readonly folder: string;
  /** Folder of the installed extension. */
  readonly extension: string;
  /** Address of a window on a folder. */
  url(workspace: string): string;
  /** The processes that it and its extension host started, by a part of their command line. */
  findProcesses(part: string): number[];
  stop(): Promise<void>;
}

export interface CodeServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether folders begin untrusted, as on a user's machine. */
  readonly askForTrust?: boolean;
  /** Training that gives way to all else, as users have it, might never end on a machine that is busy with tests. */
  readonly priority?: 'low' | 'normal';
  /** Root may write everywhere: the server runs as nobody, where the tests are root's. */
  readonly neverAsRoot?: boolean;
  /** Language of the window. Only what the extension says is translated: the language pack is empty. */
  readonly locale?: string;
  /** Whether the extension `agent` is there, too. */
  readonly hasAgent?: boolean;
}

export async function startCodeServer({
  settings = {},
  askForTrust = false,
  priority = 'normal',
  neverAsRoot = false,
  locale,
  hasAgent = false,
}: CodeServerOptions): Promise<CodeServer> {
  const program = installedVsCode();
  if (!program) throw new Error('VS Code is not installed for tests: run npm run test:editor.');
  const base = mkdtempSync(join(tmpdir(), 'mlp-editor-'));
  const home = join(base, 'home');
  for (const folder of [home, join(base, 'user/User'), join(base, 'extensions'), join(base, 'workspaces')]) {
    mkdirSync(folder, {recursive: true});
  }
  const user = neverAsRoot && process.getuid?.() === 0 ? {uid: nobody, gid: nobody} : {};
  const all = {...quietSettings, 'security.workspace.trust.enabled': askForTrust, ...settings};
  writeFileSync(join(base, 'user/User/settings.json'), JSON.stringify(all));
  if (locale !== undefined) addLanguagePack(join(base, 'user'), locale);
  // What lies there before the first installation is taken for installed.
  if (hasAgent) cpSync(agent, join(base, 'extensions/test.agent-0.0.1'), {recursive: true});
  if ('uid' in user) spawnSync('chown', ['-R', `${nobody}:${nobody}`, base]);
  // No marketplace is asked for anything. Variables of an editor around the tests would confuse the server.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  const env = {...Object.fromEntries(inherited), HOME: home, EXTENSIONS_GALLERY: '{}', MLP_LAB_PRIORITY: priority};
  const folders = [
    ...['--server-data-dir', join(base, 'server')],
    ...['--user-data-dir', join(base, 'user')],
    ...['--extensions-dir', join(base, 'extensions')],
  ];
  const common = [program, '--accept-server-license-terms', ...folders];
  const installed = spawnSync(process.execPath, [...common, '--install-extension', vsix], {
    ...user,
    env,
    encoding: 'utf8',
  });
  if (installed.status !== 0) throw new Error(`${vsix} cannot be installed:\n${installed.stdout}${installed.stderr}`);

  const listening = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--telemetry-level', 'off'];
  const language = locale === undefined ? [] : ['--locale', locale];
  const trust = askForTrust ? [] : ['--disable-workspace-trust'];
  // A process group of its own, so that its extension host and watchers end with it.
  const child = spawn(process.execPath, [...common, ...listening, ...trust, ...language], {
    ...user,
    cwd: base,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const port = await portOf(child);
  return {
    folder: join(base, 'workspaces'),
    extension: join(base, 'extensions', `${packageJson.publisher}.${packageJson.name}-${packageJson.version}`),
    url: workspace => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`,
    findProcesses: part => processesOfGroup(child.pid!, part),
    async stop() {
      await stopGroup(child);
      rmSync(base, {recursive: true, force: true, maxRetries: 10, retryDelay: 100});
    },
  };
}

/** As VS Code notes language packs that are installed. */
function addLanguagePack(userData: string, locale: string): void {
  const vscode = join(userData, 'empty.i18n.json');
  writeFileSync(vscode, JSON.stringify({version: '1.0.0', contents: {}}));
  const extensions = [{extensionIdentifier: {id: 'test.empty'}, version: '1.0.0'}];
  const pack = {hash: 'empty', label: locale, extensions, translations: {vscode}};
  writeFileSync(join(userData, 'languagepacks.json'), JSON.stringify({[locale]: pack}));
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface(stream).on('line', line => {
        said += `${line}\n`;
        const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
        if (port) resolve(port);
      });
    }
    child.once('exit', code => reject(new Error(`The VS Code server ended with code ${code}:\n${said.slice(-4000)}`)));
  });
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const ended = new Promise(resolve => child.once('exit', resolve));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // All have ended.
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), 5000);
  if (child.exitCode === null && child.signalCode === null) await ended;
  clearTimeout(timer);
  signal('SIGKILL');
}

function processesOfGroup(group: number, part: string): number[] {
  const {stdout} = spawnSync('ps', ['-eo', 'pid=,pgid=,args='], {encoding: 'utf8'});
  return stdout.split('\n').flatMap(line => {
    const [, pid, pgid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(pgid) === group && command!.includes(part) ? [Number(pid)] : [];
  });
}
