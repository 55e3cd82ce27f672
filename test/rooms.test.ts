/**
 * The structure that docs/design.md draws: which room may import which. Every import of every source file is read, so
 * an arrow that the picture does not have fails here.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize, relative, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each room, and the rooms that it may import. Rooms of the sidecar are ordered from the bottom up. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  'sidecar/kernels': [],
  'sidecar/network': ['sidecar/kernels'],
  'sidecar/data': ['sidecar/kernels', 'schemas'],
  'sidecar/document': ['sidecar/kernels', 'sidecar/network', 'schemas'],
  'sidecar/training': ['sidecar/kernels', 'sidecar/network', 'sidecar/data', 'schemas'],
  'sidecar/evaluation': ['sidecar/kernels'],
  'sidecar/experiment': [
    'sidecar/kernels',
    'sidecar/network',
    'sidecar/data',
    'sidecar/document',
    'sidecar/training',
    'sidecar/evaluation',
    'schemas',
  ],
  'sidecar/runners': ['sidecar/network', 'sidecar/experiment', 'sidecar/training', 'schemas'],
  'sidecar/export': [],
  'sidecar/runs': [
    'sidecar/data',
    'sidecar/network',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/export',
    'schemas',
  ],
  'sidecar/rules': [
    'sidecar/network',
    'sidecar/data',
    'sidecar/document',
    'sidecar/training',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/runs',
    'sidecar/watching',
    'schemas',
  ],
  'sidecar/watching': [
    'sidecar/kernels',
    'sidecar/data',
    'sidecar/network',
    'sidecar/training',
    'sidecar/evaluation',
    'sidecar/experiment',
    'schemas',
  ],
  'sidecar/running': [
    'sidecar/prediction',
    'sidecar/document',
    'sidecar/data',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/network',
    'sidecar/runners',
    'sidecar/runs',
    'schemas',
  ],
  'sidecar/tools': [
    'sidecar/document',
    'sidecar/experiment',
    'sidecar/rules',
    'sidecar/runs',
    'sidecar/terminal',
    'schemas',
  ],
  'sidecar/mcp': ['sidecar/tools', 'sidecar/runners', 'sidecar/running', 'schemas'],
  'sidecar/prediction': [
    'sidecar/kernels',
    'sidecar/data',
    'sidecar/network',
    'sidecar/evaluation',
    'sidecar/runs',
    'schemas',
  ],
  'sidecar/explaining': [
    'sidecar/kernels',
    'sidecar/data',
    'sidecar/network',
    'sidecar/evaluation',
    'sidecar/experiment',
  ],
  'sidecar/terminal': [
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/prediction',
    'sidecar/explaining',
    'schemas',
  ],
  'sidecar/report': ['sidecar/evaluation', 'sidecar/terminal', 'schemas'],
  'sidecar/answers': [
    'sidecar/kernels',
    'sidecar/network',
    'sidecar/document',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/runners',
    'sidecar/runs',
    'sidecar/prediction',
    'sidecar/explaining',
    'sidecar/report',
    'schemas',
  ],
  'sidecar/commands': [
    'sidecar/answers',
    'sidecar/document',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/network',
    'sidecar/rules',
    'sidecar/prediction',
    'sidecar/explaining',
    'sidecar/report',
    'sidecar/kernels',
    'sidecar/runners',
    'sidecar/running',
    'sidecar/runs',
    'sidecar/terminal',
    'sidecar/tools',
    'schemas',
  ],
  'sidecar/language': [
    'sidecar/network',
    'sidecar/data',
    'sidecar/document',
    'sidecar/training',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/rules',
    'sidecar/runs',
    'sidecar/terminal',
    'sidecar/watching',
    'schemas',
  ],
  'sidecar/server': [
    'sidecar/answers',
    'sidecar/data',
    'sidecar/evaluation',
    'sidecar/experiment',
    'sidecar/network',
    'sidecar/report',
    'sidecar/runners',
    'sidecar/running',
    'sidecar/runs',
    'sidecar/prediction',
    'sidecar/terminal',
    'sidecar/tools',
    'sidecar/watching',
    'schemas',
  ],
  // Entry points wire rooms together; errors for users are known everywhere above the core.
  'sidecar/languageServer.ts': ['sidecar/language'],
  'sidecar/cli.ts': [
    'sidecar/commands',
    'sidecar/language',
    'sidecar/mcp',
    'sidecar/network',
    'sidecar/runners',
    'sidecar/terminal',
    'sidecar/userError.ts',
  ],
  'sidecar/server.ts': ['sidecar/server'],
  'sidecar/worker.ts': ['sidecar/experiment', 'sidecar/runners', 'sidecar/watching'],
  'sidecar/helper.ts': ['sidecar/network'],
  'sidecar/userError.ts': [],
  'sidecar/closestName.ts': [],
  'sidecar/binaryRecord.ts': [],
  extension: ['schemas'],
  webview: ['schemas'],
};
const MAY_THROW_USER_ERRORS = [
  'sidecar/tools',
  'sidecar/mcp',
  'sidecar/server',
  'sidecar/watching',
  'sidecar/experiment',
  'sidecar/runs',
  'sidecar/prediction',
  'sidecar/answers',
  'sidecar/commands',
  'sidecar/runners',
  'sidecar/running',
];
const MAY_ENCODE_RECORDS = ['sidecar/training', 'sidecar/runs'];
const MAY_SUGGEST_NAMES = [
  'sidecar/data',
  'sidecar/document',
  'sidecar/experiment',
  'sidecar/running',
  'sidecar/commands',
];
/** Packages that only one room may import. */
const ONE_ROOM_ONLY: Readonly<Record<string, string>> = {vscode: 'extension', '@vscode/webview-ui-toolkit': 'webview'};

const sources = ['schemas', 'sidecar', 'extension', 'webview'].flatMap(folder =>
  readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/')),
);

test('every source file lies in a room of the picture', () => {
  expect(sources.filter(file => roomOf(file) === undefined)).toEqual([]);
});

test('no import goes where the picture has no arrow', () => {
  const wrong = sources.flatMap(file => {
    const from = roomOf(file)!;
    const allowed = [
      from,
      ...ROOMS[from]!,
      ...(MAY_THROW_USER_ERRORS.includes(from) ? ['sidecar/userError.ts'] : []),
      ...(MAY_ENCODE_RECORDS.includes(from) ? ['sidecar/binaryRecord.ts'] : []),
      ...(MAY_SUGGEST_NAMES.includes(from) ? ['sidecar/closestName.ts'] : []),
    ];
    return importsOf(file)
      .filter(target => target.startsWith('.'))
      .map(target => normalize(join(dirname(file), target)).replaceAll(sep, '/'))
      .filter(target => target !== 'package.json' && !allowed.includes(roomOf(target) ?? ''))
      .map(target => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('only the extension imports vscode, and only the webview its toolkit', () => {
  const wrong = sources.flatMap(file =>
    importsOf(file)
      .filter(target => target in ONE_ROOM_ONLY && ONE_ROOM_ONLY[target] !== roomOf(file))
      .map(target => `${file} → ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('the picture has no cycle', () => {
  const visit = (room: string, path: readonly string[]): void => {
    expect(path, `a cycle through ${room}`).not.toContain(room);
    for (const next of ROOMS[room] ?? []) visit(next, [...path, room]);
  };
  for (const room of Object.keys(ROOMS)) visit(room, []);
});

function roomOf(file: string): string | undefined {
  const [first, second] = file.split('/');
  const room = first === 'sidecar' ? `sidecar/${second}` : first!;
  return room in ROOMS ? room : undefined;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^\s*(?:import|export)\b[^'"]*?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gms)].map(
    match => match[1] ?? match[2]!,
  );
}
