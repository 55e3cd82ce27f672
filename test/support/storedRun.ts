import type {StoredRun} from '../../schemas/generated/run.ts';

/** The run.json of a run that has begun, of an experiment that nobody needs. */
export function storedRun(id: string, startedAt = '2026-01-02T03:04:05.000Z'): StoredRun {
  return {
    version: 1,
    id,
    kind: 'crossValidation',
    status: 'running',
    startedAt,
    document: {name: 'net.mlp.json', text: '{}', sha256: '0'.repeat(64)},
    overrides: {},
    variants: [],
    data: {rows: 1, features: 1, classes: null, sha256: '1'.repeat(64)},
    seed: 0,
    numerics: 'reproducible',
    engine: 'plain',
    environment: {mlpLab: '0', node: '24', platform: 'linux', architecture: 'x64', cores: 2, workers: 1},
  };
}
