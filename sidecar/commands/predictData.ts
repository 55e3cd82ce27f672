import {leastCertain, type PredictedFile, type PredictSettings, predictFile} from '../answers/predictFile.ts';
import {predictedRow} from '../prediction/predictedRows.ts';
import {predictedRowsFile, writePredictedRows} from '../prediction/predictedRowsFile.ts';
import {predictionReport} from '../terminal/predictionReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT} from '../userError.ts';
import {terminalFollower} from './terminalFollower.ts';

export interface PredictOptions extends PredictSettings {
  readonly out?: string;
  readonly json?: boolean;
}

/** `mlp predict MODEL DATA`. @returns the exit code */
export async function predictData(modelPath: string, dataPath: string, options: PredictOptions): Promise<number> {
  const follower = terminalFollower();
  try {
    const predicted = await predictFile(modelPath, dataPath, options, follower);
    follower.dispose();
    if (!predicted) return EXIT.cancelled;
    if (predicted.isEdited) {
      console.error(
        printable(
          `${modelPath} was changed since its newest training: the model is of the text as it was. "mlp train ${modelPath}" trains the new one.`,
        ),
      );
    }
    write(predicted, options);
    return EXIT.done;
  } finally {
    follower.dispose();
  }
}

function write({prediction, variant, models, measured}: PredictedFile, options: PredictOptions): void {
  const {table, sampled, learned, strange} = prediction;
  const {out, json, seed} = options;
  if (out !== undefined) writePredictedRows(out, prediction);
  if (json) {
    const rows = Array.from({length: table.rows}, (_, row) => predictedRow(prediction, row));
    console.log(
      JSON.stringify({
        ...{variant, models, data: {source: table.source, sha256: table.sha256}},
        ...{samples: sampled?.samples ?? 0, seed, calibration: learned, metrics: measured, strange, rows},
      }),
    );
    return;
  }
  const report = predictionReport(prediction, {variant, models, ...options}, measured, leastCertain(prediction, 5));
  if (out !== undefined) console.log(report);
  else {
    for (const part of predictedRowsFile(prediction)) process.stdout.write(part);
    console.error(report);
  }
}
