import {describe, expect, test} from 'vitest';
import {createRunControl, createWorkerWords} from '../../../sidecar/training/runControl.ts';
import {followRunControl} from '../../../sidecar/training/trainingControl.ts';

/** @param meanwhile what another thread does while this one waits; without it, it must not wait */
function follow({paused = true} = {}) {
  const run = createRunControl({paused});
  const next = followRunControl(run.words, createWorkerWords(), () => 0);
  const control = next();
  const grant = (epoch: number, batch: number, meanwhile?: () => void) =>
    control.grant(epoch, batch, 10, () => {
      if (!meanwhile) throw new Error('it waits');
      meanwhile();
    });
  return {run, next, grant};
}

describe('the control of a run', () => {
  test('lets an undisturbed training go on in growing pieces, never past the end of an epoch', () => {
    const {grant} = follow({paused: false});
    const granted: number[] = [];
    for (let batch = 0; batch < 10; batch += granted.at(-1)!) granted.push(grant(0, batch));
    expect(granted).toEqual([1, 2, 4, 3]);
  });

  test('gives one batch for each step, and waits again', () => {
    const {run, grant} = follow();
    expect(grant(0, 0, () => run.step('batch'))).toBe(1);
    run.step('batch');
    run.step('batch');
    expect([grant(0, 1), grant(0, 2)]).toEqual([1, 1]);
    expect(() => grant(0, 3)).toThrow('it waits');
  });

  test('steps to the end of the epoch, and waits before the next', () => {
    const {run, grant} = follow();
    run.step('epoch');
    let batch = 3;
    while (batch < 10) batch += grant(4, batch);
    expect(batch).toBe(10);
    expect(() => grant(5, 0)).toThrow('it waits');
  });

  test('keeps a step that was asked for before the training began, and forgets those asked for while it ran', () => {
    const {run, grant, next} = follow();
    run.step('batch');
    expect(grant(0, 0)).toBe(1);
    run.proceed();
    run.step('batch');
    grant(0, 1);
    run.pause();
    expect(() => grant(0, 2)).toThrow('it waits');
    run.step('epoch');
    expect(next().grant(0, 0, 10, () => {})).toBeGreaterThan(0);
  });

  test('stops a training that waits, and nothing starts it again', () => {
    const {run, grant} = follow();
    expect(grant(0, 0, () => run.stop())).toBe(0);
    run.proceed();
    expect(run.mode).toBe('stop');
    expect(grant(0, 0)).toBe(0);
  });
});
