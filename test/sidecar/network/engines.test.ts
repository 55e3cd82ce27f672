import {expect, test} from 'vitest';
import {isRelaxedFaster} from '../../../sidecar/kernels/calibration.ts';
import {chooseEngines, defaultEngine, engineFacts, engineOf} from '../../../sidecar/network/engines.ts';

test('reproducible numerics train with the default engine, whatever the machine could do', () => {
  const chosen = chooseEngines(['reproducible', 'reproducible']);

  expect(chosen).toEqual({engine: defaultEngine()});
  expect(engineOf(chosen, 'reproducible').numerics).toBe('reproducible');
});

test('fast numerics train with fused kernels exactly where these are no slower, and nothing else does', () => {
  const chosen = chooseEngines(['reproducible', 'fast']);

  expect(engineOf(chosen, 'fast').name).toBe(isRelaxedFaster() ? 'wasmRelaxed' : defaultEngine());
  expect(engineOf(chosen, 'reproducible').name).toBe(defaultEngine());
});

test('an engine asked for by name trains everything', () => {
  const chosen = chooseEngines(['reproducible', 'fast'], 'plain');

  expect(['reproducible', 'fast'].map(numerics => engineOf(chosen, numerics as 'fast').name)).toEqual([
    'plain',
    'plain',
  ]);
  expect(engineFacts(chosen, ['fast'])).toEqual({engine: 'plain', numerics: 'reproducible'});
});

test('a run is reproducible only if all of its networks are', () => {
  const chosen = {engine: 'wasm', fastEngine: 'wasmRelaxed'} as const;

  expect(engineFacts(chosen, ['reproducible', 'fast'])).toEqual({engine: 'wasmRelaxed', numerics: 'fast'});
  expect(engineFacts(chosen, ['reproducible'])).toEqual({engine: 'wasm', numerics: 'reproducible'});
});

test('the machine is measured once', () => {
  expect(isRelaxedFaster()).toBe(isRelaxedFaster());
});
