import {SONAR_STEPS} from '../comparison/cases.ts';
import type {CaseResult, Comparison, Timing} from '../comparison/comparison.ts';
import {duration, figure, table, times} from './markdown.ts';

/** What docs/performance.md says of a comparison, by the name of the section. */
export function comparisonSections(comparison: Comparison): Record<string, string> {
  return {
    machine: machine(comparison),
    checks: checks(comparison),
    tasks: tasks(comparison),
    ratios: ratios(comparison),
    threads: threads(comparison),
    dropout: dropout(comparison),
    rows: sweep(comparison, 'rows', 'rows', ({rows}) => rows.toLocaleString('en-US')),
    width: sweep(comparison, 'width', 'units', ({widths}) => String(widths[1])),
    workers: workers(comparison),
    commands: commands(comparison),
    memory: memory(comparison),
    pytorchWins: pytorchWins(comparison),
  };
}

function machine({machine, startedAt, minutes, quick, rounds, contestants}: Comparison): string {
  const {cpu, cores, memoryGB, system, node, loadBefore, environment} = machine;
  const variables = Object.entries(environment).map(([name, value]) => `\`${name}=${value}\``);
  const absent = contestants.filter(({absence}) => absence !== null);
  const abouts = [
    ...new Set(
      contestants.flatMap(({about}) =>
        about ? [about.replace(/, .*/, '').replace(/ (eager|bernoulli|uniform|wasm|cpu)$/, '')] : [],
      ),
    ),
  ];
  return [
    `Measured on ${startedAt.slice(0, 10)} in ${minutes} minutes: ${cores} cores of ${cpu === 'AMD EPYC' ? 'an AMD EPYC' : cpu} with ${memoryGB} GB, ${system}, Node ${node}; load before the run ${loadBefore.toFixed(1)}.`,
    `Variables that numeric libraries read: ${variables.join(', ') || 'none set'}.`,
    `Took part: ${abouts.filter(about => !about.startsWith('MLP Lab')).join(', ')}.`,
    ...[...new Set(absent.map(({family, absence}) => `Left out: ${family}, ${absence}.`))],
    `Each figure is the median of ${rounds} interleaved rounds or more.`,
    ...(quick ? ['**This was a quick run on a busy machine: it shows that everything runs, not how fast.**'] : []),
  ].join('\n');
}

function checks({checks}: Comparison): string {
  const names = [...new Set(checks.map(one => one.case))];
  return table(
    ['task without dropout', 'contestants', 'steps', 'largest relative difference of a loss'],
    names.map(name => {
      const found = checks.filter(one => one.case === name);
      const largest = Math.max(...found.map(one => one.largestDifference));
      return [name.replace(' check', ''), String(found.length), String(found[0]!.steps), largest.toExponential(1)];
    }),
  );
}

/** Contestants down, tasks across: time, and how many times that of MLP Lab. One thread. */
function tasks(comparison: Comparison): string {
  const found = inGroup(comparison, 'tasks');
  const names = comparison.contestants.filter(({threads, absence}) => threads === 1 && absence === null);
  const rows = names.map(({name, leavesOut}) => [
    leavesOut ? `${name} (without ${withoutOf(leavesOut)})` : name,
    ...found.map(result => cell(result, timingOf(result, name))),
  ]);
  return table(['one thread', ...found.map(({case: one}) => one.name)], rows);
}

function withoutOf(leavesOut: string): string {
  return leavesOut.split(/[,:]/)[0]!;
}

function cell(result: CaseResult, timing: Timing | undefined): string {
  if (!timing) return '';
  const own = timingOf(result, 'MLP Lab');
  return own && own !== timing
    ? `${duration(timing.median)} (${times(timing.median / own.median)})`
    : duration(timing.median);
}

/** What the issue of the engine asks for, and what was reached. */
function ratios(comparison: Comparison): string {
  const found = inGroup(comparison, 'tasks');
  const rivals = [
    ['PyTorch eager', (result: CaseResult) => best(comparison, result, 'PyTorch eager', 1)],
    ['best PyTorch by hand', (result: CaseResult) => best(comparison, result, 'PyTorch by hand', 1)],
    ['TensorFlow.js wasm', (result: CaseResult) => timingOf(result, 'TensorFlow.js wasm')],
  ] as const;
  const modes = [
    ['reproducible', 'MLP Lab'],
    ['fast', 'MLP Lab fast'],
  ] as const;
  const rows = rivals.flatMap(([rival, of]) =>
    modes.map(([mode, name]) => [
      `${rival} / MLP Lab, ${mode}`,
      ...found.map(result => ratio(of(result)?.median, timingOf(result, name)?.median)),
    ]),
  );
  const whole = [
    ['MLP Lab', 'PyTorch eager', 'PyTorch by hand, uniform_'].map(name => {
      const steps = found.filter(({case: one}) => one.task === 'sonar').map(result => timingOf(result, name)?.median);
      const cost = steps.map(ms => (ms === undefined ? '?' : `${figure((ms * SONAR_STEPS) / 1000)} s`));
      return `${name} ${cost.join(', ')}`;
    }),
  ];
  return `${table(['times as long, one thread', ...found.map(({case: one}) => one.name)], rows)}

The ${SONAR_STEPS.toLocaleString('en-US')} steps of 10 folds × 300 epochs at that rate, on one core, for the three variants of Sonar: ${whole[0]!.join('; ')}.`;
}

function ratio(numerator: number | undefined, denominator: number | undefined): string {
  return numerator === undefined || denominator === undefined ? '' : times(numerator / denominator);
}

/** The same with two threads inside one network, for the tasks that have them. */
function threads(comparison: Comparison): string {
  const found = [...inGroup(comparison, 'tasks')].filter(({case: one}) => one.task !== 'sonar');
  const names = comparison.contestants.filter(
    ({name, threads, absence}) => absence === null && threads === 2 && found.some(result => timingOf(result, name)),
  );
  if (names.length === 0) return 'Not measured.';
  const own = names.find(({family}) => family === 'MLP Lab')?.name;
  const rows = names.map(({name}) => [
    name,
    ...found.map(result => {
      const timing = timingOf(result, name);
      const base = own === undefined ? undefined : timingOf(result, own);
      return timing
        ? `${duration(timing.median)}${base && base !== timing ? ` (${times(timing.median / base.median)})` : ''}`
        : '';
    }),
  ]);
  return table(['two threads', ...found.map(({case: one}) => one.name)], rows);
}

/** Hidden dropout down, contestants across: time, and its share of the time without hidden dropout. */
function dropout(comparison: Comparison): string {
  const found = inGroup(comparison, 'dropout');
  if (found.length === 0) return 'Not measured.';
  const columns = fastColumns(comparison, found);
  const base = found[0]!;
  return table(
    ['hidden dropout', ...columns.map(column => column.name)],
    found.map(result => [
      String(result.case.rates.hidden),
      ...columns.map(({of}) => {
        const timing = of(result);
        const without = of(base);
        return timing && without ? `${duration(timing.median)} (${(timing.median / without.median).toFixed(2)})` : '';
      }),
    ]),
  );
}

function sweep(
  comparison: Comparison,
  group: CaseResult['case']['group'],
  head: string,
  label: (one: CaseResult['case']) => string,
): string {
  const found = inGroup(comparison, group);
  if (found.length === 0) return 'Not measured.';
  const columns = fastColumns(comparison, found);
  return table(
    [head, ...columns.map(column => column.name)],
    found.map(result => [label(result.case), ...columns.map(({of}) => cell(result, of(result)))]),
  );
}

/** MLP Lab in its ways, and the best of each way of PyTorch, with one thread and with two. */
function fastColumns(comparison: Comparison, found: readonly CaseResult[]) {
  const own = comparison.contestants
    .filter(({family, name}) => family === 'MLP Lab' && !name.includes('plain'))
    .map(({name}) => ({name, of: (result: CaseResult) => timingOf(result, name)}));
  const pytorch = (['PyTorch eager', 'PyTorch by hand'] as const).flatMap(family =>
    [1, 2].map(threads => ({
      name: threads === 1 ? family : `${family}, 2 threads`,
      of: (result: CaseResult) => best(comparison, result, family, threads),
    })),
  );
  return [...own, ...pytorch].filter(({of}) => found.some(result => of(result)));
}

function workers({teams}: Comparison): string {
  if (teams.length === 0) return 'Not measured.';
  const sizes = [...new Set(teams.map(({processes}) => processes))];
  const names = [...new Set(teams.map(({contestant}) => contestant))];
  const of = (name: string, size: number) =>
    teams.find(({contestant, processes}) => contestant === name && processes === size);
  return table(
    ['time per step of all together', ...sizes.map(size => (size === 1 ? '1 process' : `${size} processes`))],
    names.map(name => [
      name,
      ...sizes.map(size => {
        const [team, alone] = [of(name, size), of(name, sizes[0]!)];
        if (!team || !alone) return '';
        return `${duration(team.median)}${team === alone ? '' : ` (${(alone.median / team.median).toFixed(2)} times as fast)`}`;
      }),
    ]),
  );
}

function commands({commands}: Comparison): string {
  if (commands.length === 0) return 'Not measured.';
  const counts = [...new Set(commands.map(({workers}) => workers))];
  const names = [...new Set(commands.map(({name}) => name))];
  return table(
    ['whole program', ...counts.map(count => (count === 1 ? '1 worker' : `${count} workers`))],
    names.map(name => [
      name === 'mlp cv' ? '`mlp cv --variant baseline`' : name,
      ...counts.map(count => {
        const found = commands.find(command => command.name === name && command.workers === count);
        return found ? `${found.median.toFixed(2)} s` : '';
      }),
    ]),
  );
}

function memory({memory}: Comparison): string {
  if (!memory) return 'Not measured.';
  const {digitsPeakMB, digitsDataMB, sonarSteps, sonarResidentMB} = memory;
  const steps = sonarSteps.map(
    (count, i) => `${Math.round(sonarResidentMB[i]!)} MB after ${count.toLocaleString('en-US')}`,
  );
  return `- The digits task on all 60,000 rows: the whole process peaks at ${Math.round(digitsPeakMB)} MB, of which ${Math.round(digitsDataMB)} MB are the data.
- A process that trains Sonar holds ${steps.join(', ')} steps.`;
}

/** Every case in which some PyTorch was faster than MLP Lab with as many threads, and by how much. */
function pytorchWins(comparison: Comparison): string {
  if (!comparison.contestants.some(({family, absence}) => family.startsWith('PyTorch') && absence === null)) {
    return 'PyTorch took no part in this run.';
  }
  const lines = comparison.cases.flatMap(result =>
    [1, 2].flatMap(threads => {
      const own = best(comparison, result, 'MLP Lab', threads);
      const rival = [
        best(comparison, result, 'PyTorch eager', threads),
        best(comparison, result, 'PyTorch by hand', threads),
      ]
        .filter(timing => timing !== undefined)
        .toSorted((a, b) => a.median - b.median)[0];
      if (!own || !rival || rival.median >= own.median) return [];
      const shape = result.case.group === 'tasks' ? '' : ` (${result.case.widths.join('-')})`;
      return [
        `- ${result.case.name}${shape}, ${threads === 1 ? 'one thread' : 'two threads'}: ${rival.contestant} takes ${duration(rival.median)}, the faster of our engines ${duration(own.median)}.`,
      ];
    }),
  );
  const unique = [...new Set(lines)];
  return unique.length === 0 ? 'In this run, nowhere.' : unique.join('\n');
}

function inGroup({cases}: Comparison, group: CaseResult['case']['group']): readonly CaseResult[] {
  return cases.filter(({case: one}) => one.group === group);
}

function timingOf({results}: CaseResult, name: string): Timing | undefined {
  return results.find(({contestant}) => contestant === name);
}

/** The fastest of a family with so many threads. */
function best({contestants}: Comparison, {results}: CaseResult, family: string, threads: number): Timing | undefined {
  const names = contestants.filter(one => one.family === family && one.threads === threads).map(({name}) => name);
  return results.filter(({contestant}) => names.includes(contestant)).toSorted((a, b) => a.median - b.median)[0];
}
