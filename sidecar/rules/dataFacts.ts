import type {DataProfile} from '../data/profile.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {DataFacts} from './rule.ts';

/** What rules may know of the data of each variant. */
export function experimentFacts(experiment: Experiment, profile: DataProfile): Map<string, DataFacts> {
  const {table, target, folds, variants} = experiment;
  const trainRows = folds.reduce((least, {train}) => Math.min(least, train.length), table.rows);
  return new Map(
    variants.map(({name, network, features}) => [
      name,
      {
        rows: table.rows,
        target,
        classCount: target.task === 'classification' ? target.classes.length : 0,
        network,
        features,
        columns: profile.columns,
        trainRows,
        sha256: table.sha256,
        rowsRead: {table, target},
      },
    ]),
  );
}
