import {performance} from 'node:perf_hooks';
import type {Case} from './cases.ts';
import type {TeamResult} from './comparison.ts';
import type {ContestantKind} from './contestants.ts';
import {ContestantProcess} from './process.ts';
import {median} from './statistics.ts';
import type {Effort} from './timeCase.ts';

interface Team {
  readonly kind: ContestantKind;
  readonly members: readonly ContestantProcess[];
}

/** How much faster several processes train than one, each on a training of its own, as folds are. */
export async function timeTeams(
  one: Case,
  file: string,
  kinds: readonly ContestantKind[],
  sizes: readonly number[],
  {rounds, roundMs, warmUpMs}: Effort,
): Promise<TeamResult[]> {
  const results: TeamResult[] = [];
  const teams: Team[] = kinds.flatMap(kind =>
    sizes.map(size => ({
      kind,
      members: Array.from({length: size}, () => new ContestantProcess(kind.command, kind.environment)),
    })),
  );
  const perRound = new Map<Team, number>();
  const times = new Map<Team, number[]>(teams.map(team => [team, []]));
  try {
    for (const team of teams) {
      await Promise.all(team.members.map(member => member.ask({kind: 'prepare', file})));
      let steps = 12;
      for (let elapsed = 0; elapsed < warmUpMs; steps *= 2) elapsed += await trainTogether(team, steps);
      const ms = await trainTogether(team, steps);
      perRound.set(team, Math.max(1, Math.round((steps * roundMs) / ms)));
    }
    for (let round = 0; round < rounds; round++) {
      for (const team of teams) {
        const steps = perRound.get(team)!;
        times.get(team)!.push((await trainTogether(team, steps)) / (steps * team.members.length));
      }
    }
    for (const team of teams) {
      const rounds = times.get(team)!;
      const processes = team.members.length;
      results.push({case: one.name, contestant: team.kind.name, processes, rounds, median: median(rounds)});
    }
  } finally {
    await Promise.all(teams.flatMap(team => team.members.map(member => member.dispose())));
  }
  return results;
}

/** Each member trains `steps` steps. @returns milliseconds until the last one is done */
async function trainTogether({members}: Team, steps: number): Promise<number> {
  const started = performance.now();
  await Promise.all(members.map(member => member.ask({kind: 'train', steps, losses: false})));
  return performance.now() - started;
}
