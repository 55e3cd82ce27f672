/**
 * Compiles sidecar/kernels/assembly to dist/kernels-strict.wasm and dist/kernels-relaxed.wasm, and both once more for a
 * memory that threads share, unless they are newer than all of it.
 */
import {mkdirSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {main} from 'assemblyscript/asc';

const features = {
  strict: ['simd'],
  relaxed: ['simd', 'relaxed-simd'],
  'strict-shared': ['simd', 'threads'],
  'relaxed-shared': ['simd', 'relaxed-simd', 'threads'],
} as const;
const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'sidecar/kernels/assembly');

const sources = [fileURLToPath(import.meta.url), ...readdirSync(assembly).map(name => join(assembly, name))];
const newestSource = Math.max(...sources.map(modifiedAt));
mkdirSync(join(root, 'dist'), {recursive: true});
for (const [build, enabled] of Object.entries(features)) {
  const outFile = `dist/kernels-${build}.wasm`;
  if (modifiedAt(join(root, outFile)) > newestSource) continue;
  const {error, stderr} = await main([
    'sidecar/kernels/assembly/index.ts',
    ...['--baseDir', root],
    ...['--outFile', outFile],
    ...enabled.flatMap(feature => ['--enable', feature]),
    ...['-O3', '--noAssert'],
    // The kernels allocate nothing: the memory is their caller's.
    ...['--runtime', 'stub', '--importMemory', '--initialMemory', '1'],
    // 4 GiB: a shared memory must name its largest size.
    ...(build.endsWith('-shared') ? ['--sharedMemory', '--maximumMemory', '65536'] : []),
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw new Error(`the ${build} kernels must compile`, {cause: error});
  }
}

/** 0 if there is no such file. */
function modifiedAt(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0;
}
