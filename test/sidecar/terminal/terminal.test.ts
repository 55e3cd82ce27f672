import {describe, expect, test} from 'vitest';
import type {FoldEnded} from '../../../schemas/generated/event.ts';
import {duration, grouped, meanAndSd} from '../../../sidecar/terminal/numbers.ts';
import {createProgress} from '../../../sidecar/terminal/progress.ts';
import {alignColumns, printable} from '../../../sidecar/terminal/table.ts';

describe('numbers', () => {
  test.each([
    ['accuracy', {mean: 0.8634, sd: 0.0112, folds: 10}, '86.3 ± 1.1 %'],
    ['accuracy', {mean: 0.5, sd: null, folds: 1}, '50.0 %'],
    ['accuracy', {mean: null, sd: null, folds: 0}, '–'],
    ['nll', {mean: 0.5614, sd: 0.31, folds: 10}, '0.561 ± 0.310'],
    ['nll', {mean: 0.01234, sd: 0.0006, folds: 10}, '0.012 ± 0.001'],
    ['r2', {mean: -0.0000165, sd: 0.00002, folds: 10}, '0.000 ± 0.000'],
    ['mcc', {mean: -0.25, sd: 0.1, folds: 10}, '−0.250 ± 0.100'],
    ['rmse', {mean: 0.00012345, sd: 0.00001, folds: 10}, '0.000123 ± 0.000010'],
    ['rmse', {mean: 12345.6, sd: 1.26, folds: 10}, '12346 ± 1'],
    ['rmse', {mean: 0, sd: 0, folds: 10}, '0.00 ± 0.00'],
    ['rmse', {mean: 1.234e30, sd: 5e29, folds: 10}, '1.23e+30 ± 5.00e+29'],
  ] as const)('%s %o is shown as %s', (metric, summary, expected) => {
    expect(meanAndSd(metric, summary)).toBe(expected);
  });

  test('counts are grouped by thousands, times have one unit', () => {
    expect([7, 5521, 1234567].map(grouped)).toEqual(['7', '5,521', '1,234,567']);
    expect([0.004, 0.24, 9.94, 42.4, 130, 8000].map(duration)).toEqual([
      '4 ms',
      '0.2 s',
      '9.9 s',
      '42 s',
      '2 min',
      '2 h',
    ]);
  });
});

describe('tables', () => {
  test('align names to the left and numbers to the right', () => {
    expect(
      alignColumns([
        ['', 'units'],
        ['hidden', '60'],
        ['é', '1'],
      ]),
    ).toEqual(['        units', 'hidden     60', 'é           1']);
  });

  test('may have more columns of text', () => {
    const rows = [
      ['a', 'x', '1'],
      ['bb', 'yyy', '10'],
    ];
    expect(alignColumns(rows, 2)).toEqual(['a   x     1', 'bb  yyy  10']);
  });

  test('show control characters and changes of direction as dots', () => {
    expect(printable('a\u001b[31mb\n\u202ec')).toBe('a·[31mb··c');
  });
});

describe('progress', () => {
  const place = {at: 0, variant: 'baseline', repeat: 1, fold: 3};
  const ended: FoldEnded = {
    event: 'foldEnded',
    ...place,
    epochs: 10,
    status: 'completed',
    seconds: 0.31,
    metrics: {accuracy: 0.9},
  };
  const plan = {
    networks: 2,
    finished: 0,
    shown: ['accuracy'],
    share: () => 0.25,
    secondsLeft: (): number | null => 12,
    epochsOf: (name: string) => (name === 'baseline' ? 10 : 0),
  } as const;

  function streamOf(isTTY: boolean) {
    let text = '';
    const stream = {isTTY, columns: 80, write: (part: string) => (text += part)} as unknown as NodeJS.WriteStream;
    return {stream, written: () => text};
  }

  test('piped is one line for each network, none for baselines', () => {
    const {stream, written} = streamOf(false);
    const progress = createProgress(stream, plan, () => 0);
    progress.onEvent({event: 'foldStarted', ...place});
    progress.onEvent(ended);
    progress.onEvent({...ended, variant: 'linear'});
    progress.onEvent({...ended, variant: 'baseline', status: 'diverged', metrics: {}});
    progress.end();
    expect(written()).toBe(
      '[1/2] baseline, repeat 1, fold 3: accuracy 90.0 % (10 epochs, 0.3 s)\n[2/2] baseline, repeat 1, fold 3: diverged (10 epochs, 0.3 s)\n',
    );
  });

  test('on a terminal is a bar with the time left, which disappears', () => {
    const {stream, written} = streamOf(true);
    const progress = createProgress(stream, plan, () => 0);
    progress.onEvent({event: 'foldStarted', ...place});
    expect(written()).toContain('██████░░░░░░░░░░░░░░░░░░ 25 % · 0 of 2 networks · 12 s left');
    progress.end();
    expect(written().endsWith('\r\u001b[K')).toBe(true);
  });

  test('counts the networks that were trained before an interruption', () => {
    const {stream, written} = streamOf(true);
    const progress = createProgress(stream, {...plan, finished: 1, secondsLeft: () => null}, () => 0);
    progress.onEvent(ended);
    expect(written()).toMatch(/25 % · 2 of 2 networks$/);
  });

  test('tells at once of a worker that was lost', () => {
    for (const isTTY of [false, true]) {
      const {stream, written} = streamOf(isTTY);
      createProgress(stream, plan, () => 0).onEvent({event: 'problemMet', at: 0, message: 'A worker was lost.'});
      expect(written()).toContain('A worker was lost.\n');
    }
  });
});
