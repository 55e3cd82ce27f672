import {fork} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {fileURLToPath} from 'node:url';
import type {DataSection} from '../sidecar/data/dataFile.ts';
import {profileData} from '../sidecar/data/profile.ts';
import {readTable} from '../sidecar/data/readTable.ts';
import {RandomStream, randomKey} from '../sidecar/kernels/random.ts';

/**
 * Memory and time that a large CSV takes from the file to shared memory. The rule: at most 3 times the float32 matrix
 * plus 200 MB at the peak. The file is written to a temporary folder, and read in a process of its own, so that the
 * peak is that of reading. Run it as `node bench/csvMemory.ts [megabytes]`; 200 MB unless told.
 */
const columnCount = 30;
const million = 1e6;
const [argument, file] = process.argv.slice(2);

if (argument === 'read') await measure(file!);
else await benchmark(Number(argument ?? 200));

async function benchmark(megabytes: number): Promise<void> {
  if (!(megabytes > 0)) throw new RangeError(`megabytes must be a positive number, got ${argument}`);
  const folder = mkdtempSync(join(tmpdir(), 'csv-memory-'));
  try {
    const path = join(folder, 'large.csv');
    writeCsv(path, megabytes * million);
    const child = fork(fileURLToPath(import.meta.url), ['read', path]);
    process.exitCode = await new Promise<number>(resolve => child.on('exit', code => resolve(code ?? 1)));
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** Columns of four decimals and a class. */
function writeCsv(path: string, byteLength: number): void {
  const random = new RandomStream(randomKey(1));
  const out = openSync(path, 'w');
  let written = 0;
  let text = `${Array.from({length: columnCount}, (_, column) => `x${column + 1}`).join(',')},class\n`;
  while (written < byteLength) {
    while (text.length < million) {
      const cells = Array.from({length: columnCount}, () => (random.uniform() * 20 - 10).toFixed(4));
      text += `${cells.join(',')},${random.uniform() < 0.5 ? 'rock' : 'mine'}\n`;
    }
    written += writeSync(out, text);
    text = '';
  }
  closeSync(out);
}

async function measure(path: string): Promise<void> {
  const data: DataSection = {
    source: 'large.csv',
    format: 'auto',
    delimiter: 'auto',
    header: true,
    encoding: 'auto',
    target: 'class',
    task: 'auto',
    scale: 'standard',
    scaleTarget: 'standard',
    categories: 'oneHot',
    streaming: 'auto',
    missing: {markers: ['NA', 'N/A', 'null', '?'], numeric: 'mean', categorical: 'mostFrequent', indicator: false},
    columns: {},
  };
  const started = performance.now();
  const profile = await profileData(path, data, {});
  const profiled = performance.now();
  const table = await readTable(path, data, profile, {});
  const ended = performance.now();

  const matrixMB = (table.rows * table.columns.length * 4) / million;
  const peakMB = (process.resourceUsage().maxRSS * 1024) / million;
  const limitMB = 3 * matrixMB + 200;
  console.table({
    'file (MB)': Math.round(profile.byteLength / million),
    rows: table.rows,
    'float32 matrix (MB)': Math.round(matrixMB),
    'peak memory (MB)': Math.round(peakMB),
    'allowed (MB)': Math.round(limitMB),
    'first pass (s)': seconds(profiled - started),
    'second pass (s)': seconds(ended - profiled),
  });
  if (peakMB > limitMB) process.exitCode = 1;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
