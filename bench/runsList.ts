/** How long 10,000 stored runs take to list: `node bench/runsList.ts`, or with a number of runs. */
import {listRuns} from './sidecar/listing.ts';

const {runs, firstMs, medianMs, slowestMs} = listRuns(Number(process.argv[2] ?? 10_000));
console.log(`${runs} runs of three variants on ten folds`);
console.log(`first list, which reads every run.json and makes the index: ${firstMs.toFixed(0)} ms`);
console.log(`later lists, of 9: median ${medianMs.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms`);
