/* Generated from schemas/run.schema.json by scripts/generateTypes.ts. Change the schema, then run npm run generate. */
/**
 * What the inputs of the networks are called, in order: by their column, and its category where each has an input. Of a variant where they are not those of the first one; absent where they are more than 5000.
 */
export type InputNames = string[]

/**
 * A stored run: run.json in its folder.
 */
export interface StoredRun {
/**
 * Version of this format.
 */
version: 1
/**
 * Id of the run, the name of its folder unless --out chose another.
 */
id: string
/**
 * What was run.
 */
kind: ("crossValidation" | "training")
/**
 * running in a folder that no process writes any more: it was killed.
 */
status: ("running" | "completed" | "cancelled" | "failed")
/**
 * ISO 8601, UTC.
 */
startedAt: string
/**
 * ISO 8601, UTC.
 */
finishedAt?: string
/**
 * The document as it was.
 */
document: {
/**
 * File name.
 */
name: string
/**
 * Its text.
 */
text: string
/**
 * SHA-256 of its text.
 */
sha256: string
/**
 * Where it lies, from the folder of the run. Absent where that lies beside it, in .mlp/runs.
 */
path?: string
}
/**
 * What the command line changed: dotted paths and values, and the chosen variants.
 */
overrides: {

}
/**
 * Each variant with every default filled in.
 * 
 * Items: A resolved variant.
 */
variants: {
/**
 * Name.
 */
name: string
/**
 * The resolved document.
 */
document: {

}
inputs?: InputNames
/**
 * How its products and sums were rounded: reproducible although fast was asked for where fast would be no faster.
 */
numerics?: string
/**
 * Engine that trained it.
 */
engine?: string
}[]
data: DataFacts
/**
 * Seed of the document.
 */
seed: number
/**
 * reproducible: the same bits on every machine; fast where one of the variants was trained so.
 */
numerics: string
/**
 * Engine that trained; of fast and reproducible variants, that of the fast ones.
 */
engine: string
/**
 * Where it ran. None of it changes the result.
 */
environment: {
/**
 * Version of MLP Lab.
 */
mlpLab: string
/**
 * Version of Node.
 */
node: string
/**
 * Operating system.
 */
platform: string
/**
 * Processor architecture.
 */
architecture: string
/**
 * Processor cores.
 */
cores: number
/**
 * Worker threads used.
 */
workers: number
}
/**
 * Why the run failed, in one sentence.
 */
failure?: string
search?: SearchPlan
crossValidation?: CrossValidation
/**
 * What variants rest on, where it was asked; one for a variant.
 */
explanations?: Explanation[]
training?: Training
}
/**
 * The data that were used.
 */
export interface DataFacts {
/**
 * Rows used.
 */
rows: number
/**
 * Inputs of the network of the first variant, after encoding.
 */
features: number
inputs?: InputNames
/**
 * Names of the classes, in the order of their index; null for regression.
 */
classes: (string[] | null)
/**
 * The columns were kept on disk and read while training (data.streaming); absent: they were in memory.
 */
streamed?: {
/**
 * Consecutive rows that are read together.
 */
chunkRows: number
/**
 * Every epoch takes the chunks in another order, and mixes the rows of so many chunks at a time.
 */
shuffledChunks: number
}
/**
 * SHA-256 of the data file.
 */
sha256: string
}
/**
 * What a search tries. Its settings are the variants of the run; the first one is the document as it stands.
 */
export interface SearchPlan {
/**
 * What the winner is the best by.
 */
metric: string
/**
 * How settings are chosen.
 */
method: ("grid" | "random" | "halving" | "sweep")
/**
 * Folds within each training part, of the nested cross-validation; 0: there is none.
 */
innerFolds: number
/**
 * Why there is no nested cross-validation, though it was asked for.
 */
notNested?: string
/**
 * Rows of all test parts over rows of all training parts: what a standard error is corrected by.
 */
testPerTrain: number
/**
 * In the order of the variants.
 * 
 * Items: A setting.
 */
settings: {
/**
 * Its name, as of a variant.
 */
name: string
/**
 * Dotted paths and values.
 */
changes: {

}
}[]
/**
 * Curves over dropout rates; none unless they are swept.
 * 
 * Items: A curve.
 */
sweeps: {
/**
 * Where is dropped.
 */
place: ("input" | "hidden")
/**
 * In ascending order of the rate.
 * 
 * Items: One rate.
 */
points: {
/**
 * Share dropped.
 */
rate: number
/**
 * Name of the setting.
 */
setting: string
}[]
}[]
}
/**
 * Result of a cross-validation; also what `mlp cv --json` prints.
 */
export interface CrossValidation {
/**
 * Id of the run.
 */
run: string
/**
 * Folder of the stored run.
 */
directory: string
/**
 * completed: every fold was trained to its end or found to diverge.
 */
status: ("completed" | "cancelled" | "failed")
/**
 * SHA-256 over all out-of-fold predictions: the same document, data and numerics give the same digest on every machine.
 */
digest: string
/**
 * reproducible: the same bits on every machine; fast where one of the variants was trained so.
 */
numerics: string
/**
 * Engine that trained; of fast and reproducible variants, that of the fast ones.
 */
engine: string
/**
 * Wall-clock time of training and evaluation.
 */
seconds: number
data: DataFacts
/**
 * In the order of the document.
 */
variants: ModelResult[]
/**
 * What the variants have to beat.
 */
baselines: ModelResult[]
/**
 * Each variant with the first one.
 */
comparisons: Comparison[]
/**
 * What a reader of the numbers should know, each a whole sentence.
 */
notes?: string[]
/**
 * Where the scatter of each variant's mean comes from; only when it was asked for.
 */
ledger?: VarianceLedger[]
tuning?: Tuning
}
/**
 * All folds of one variant or baseline.
 */
export interface ModelResult {
/**
 * Name of the variant or baseline.
 */
name: string
/**
 * Trained parameters.
 */
parameters?: number
/**
 * One entry for each fold and repeat, in order.
 */
folds: FoldResult[]
/**
 * Each metric over the folds.
 */
summary: {
[k: string]: Summary | undefined
}
/**
 * Confusion matrix of all out-of-fold predictions: rows are the actual class, columns the predicted one, in the order of data.classes.
 */
confusion?: number[][]
/**
 * Of each metric, with two or more repeats: how far its mean moves with the seed.
 */
seedNoise?: {
[k: string]: SeedNoise | undefined
}
/**
 * The same with Monte Carlo dropout: each test row is predicted many times with dropout on, and the mean counts. Only when it was asked for, and only where something is dropped.
 */
sampled?: {
/**
 * Predictions of each row.
 */
samples: number
/**
 * Each metric over the folds.
 */
summary: {
[k: string]: Summary | undefined
}
}
}
/**
 * What one network did on its test rows.
 */
export interface FoldResult {
/**
 * Repeat, from 1.
 */
repeat: number
/**
 * Fold, from 1.
 */
fold: number
/**
 * Training rows, the inner validation part of early stopping included.
 */
trainRows: number
/**
 * Test rows.
 */
testRows: number
/**
 * Epochs trained.
 */
epochs: number
/**
 * The epoch whose weights were restored (early stopping).
 */
bestEpoch?: number
/**
 * Whether training came to its end.
 */
status: ("completed" | "diverged")
/**
 * Why training diverged, and what to do.
 */
problem?: string
/**
 * Each metric on the test rows; null where it is undefined. Empty for a diverged fold.
 */
metrics: {
[k: string]: number | null | undefined
}
}
/**
 * Mean and sample standard deviation over the folds in which the metric is defined; null where there are too few.
 */
export interface Summary {
/**
 * Mean over folds.
 */
mean: (number | null)
/**
 * Sample standard deviation over folds (n − 1).
 */
sd: (number | null)
/**
 * Folds in which the metric is defined.
 */
folds: number
}
/**
 * How far a mean moves when the folds are dealt and the networks started anew: over the means of the repeats.
 */
export interface SeedNoise {
/**
 * Repeats that have a value.
 */
repeats: number
/**
 * Sample standard deviation of the repeats' means.
 */
sd: number
/**
 * Smallest mean of a repeat.
 */
low: number
/**
 * Largest mean of a repeat.
 */
high: number
}
/**
 * Corrected resampled t-test of two variants on the same folds (Nadeau and Bengio 2003).
 */
export interface Comparison {
/**
 * Name of the first variant.
 */
a: string
/**
 * Name of the second one.
 */
b: string
/**
 * Name of the metric.
 */
metric: string
/**
 * Mean of b − a over the folds.
 */
difference: (number | null)
/**
 * 95 % confidence interval of the difference, corrected; null where there is no test: with fewer than two folds, or when all differences are equal and not 0.
 */
interval: (null | number[])
/**
 * p value of the naive paired t-test, which takes the folds for independent.
 */
p: (number | null)
/**
 * p value of the corrected test.
 */
pCorrected: (number | null)
/**
 * The conclusion in words.
 */
verdict: string
/**
 * pCorrected after Holm's correction for the comparisons made together; null where there is one only, or no test.
 */
pHolm?: (number | null)
/**
 * Comparisons made together, this one included.
 */
family?: number
/**
 * How probable it is that b is better, practically equal, or worse; null where there is no test.
 */
chances?: (null | Chances)
/**
 * What it would take to know more; null where there is no test or no difference.
 */
needed?: (null | RepeatsNeeded)
/**
 * false: not tested on the same folds.
 */
paired?: boolean
/**
 * What else there is to say, each a whole sentence.
 */
notes?: string[]
}
/**
 * Bayesian correlated t-test (Corani and Benavoli 2015): three probabilities that sum to 1.
 */
export interface Chances {
/**
 * Differences up to this count as practically equal.
 */
margin: number
/**
 * Probability that b is better by more than the margin.
 */
better: number
/**
 * Probability that the two differ by at most the margin.
 */
equal: number
/**
 * Probability that b is worse by more than the margin.
 */
worse: number
}
/**
 * What it would take to show a true difference of the measured size with a probability of 80 %.
 */
export interface RepeatsNeeded {
/**
 * Repeats in all; null: no number of them would do.
 */
repeats: (number | null)
/**
 * Times as many rows as there are, at the present number of repeats.
 */
rows: number
}
/**
 * Where the scatter of a variant's mean comes from.
 */
export interface VarianceLedger {
/**
 * Name of the variant.
 */
variant: string
/**
 * Each source by itself.
 */
sources: VarianceSource[]
}
/**
 * How far the mean over the folds moves when one source of chance alone is varied.
 */
export interface VarianceSource {
/**
 * What was drawn anew.
 */
source: ("folds" | "weights" | "order" | "masks")
/**
 * Cross-validations that differ in it alone.
 */
runs: number
/**
 * Sample standard deviation of the mean of each metric; null where it has no value.
 */
metrics: {
[k: string]: number | null | undefined
}
}
/**
 * What `mlp tune` found. The settings are the variants of the result; the first one is the document as it stands.
 */
export interface Tuning {
/**
 * What the winner is the best by.
 */
metric: string
/**
 * How settings were chosen.
 */
method: ("grid" | "random" | "halving" | "sweep")
/**
 * In the order of the variants.
 */
trials: Trial[]
/**
 * Name of the best setting that ran to its end.
 */
winner: (string | null)
/**
 * Null where it was not asked for or not possible.
 */
nested: (null | Nested)
/**
 * What stopping early saved.
 */
saved: {
/**
 * Networks not trained.
 */
networks: number
/**
 * About how long they would have taken.
 */
seconds: number
}
/**
 * Curves over dropout rates; none unless they were swept.
 */
sweeps: SweptPlace[]
/**
 * The conclusion, sentence by sentence.
 */
words: string[]
}
/**
 * A setting that was tried.
 */
export interface Trial {
/**
 * Its name, as of a variant.
 */
name: string
/**
 * Dotted paths and values.
 */
changes: {

}
/**
 * ruledOut: stopped early, because the folds so far found it worse.
 */
status: ("finished" | "ruledOut" | "diverged" | "cancelled")
/**
 * Folds that it ran on.
 */
folds: number
/**
 * Why it was tried no further, in words.
 */
why?: string
}
/**
 * Nested cross-validation: what choosing the best of all settings achieves on rows that had no part in the choice.
 */
export interface Nested {
/**
 * Mean over the outer folds; null if a fold has no value.
 */
mean: (number | null)
/**
 * Folds within each training part.
 */
innerFolds: number
/**
 * The metric in each outer fold.
 */
values: (number | null)[]
/**
 * How often each setting was chosen.
 */
picks: {
[k: string]: number | undefined
}
}
/**
 * A curve over dropout rates.
 */
export interface SweptPlace {
/**
 * Where was dropped.
 */
place: ("input" | "hidden")
/**
 * In ascending order of the rate.
 * 
 * Items: One rate.
 */
points: {
/**
 * Share dropped.
 */
rate: number
/**
 * Of each metric the mean and its corrected standard error.
 */
metrics: {
/**
 * Mean and error.
 */
[k: string]: {
/**
 * Mean over folds.
 */
mean: (number | null)
/**
 * Corrected standard error.
 */
error: (number | null)
} | undefined
}
}[]
/**
 * Null where no rate ran to its end.
 */
recommended: (null | RecommendedRange)
/**
 * The range in words.
 */
words: string
}
/**
 * The one-standard-error rule on paired folds.
 */
export interface RecommendedRange {
/**
 * The rate of the best mean.
 */
best: number
/**
 * Smallest rate as good as it.
 */
low: number
/**
 * Largest rate as good as it.
 */
high: number
/**
 * Rates found worse, corrected p < 0.05.
 */
worse: number[]
}
/**
 * What a variant's skill rests on, on rows that its networks were not trained on (mlp explain): one network for each fold of the first repeat.
 */
export interface Explanation {
/**
 * Name of the variant.
 */
variant: string
/**
 * Each column shuffled among the test rows.
 */
columns: Importance[]
/**
 * Each column cut off: its inputs are 0 in every test row, as input dropout drops them.
 */
inputs: Importance[]
/**
 * Each hidden layer, its units cut off one at a time.
 */
layers: LayerAblation[]
/**
 * The learning curve: scores over the number of training rows, the fewest first; empty where it was left out.
 */
curve: {
/**
 * Training rows, mean over the folds.
 */
rows: number
/**
 * Each metric over the folds.
 */
metrics: {
[k: string]: Summary | undefined
}
}[]
/**
 * What to make of it, each a whole sentence.
 */
words: string[]
}
/**
 * How much worse the networks are without one thing.
 */
export interface Importance {
/**
 * Name of the column.
 */
name: string
/**
 * Of each metric, without it less with it, over the folds.
 */
changes: {
[k: string]: {
/**
 * Mean change.
 */
mean: (number | null)
/**
 * Its corrected 95 % interval.
 * 
 * @minItems 2
 * @maxItems 2
 */
interval: (number[] | null)
/**
 * Two-sided p of the corrected resampled t-test, by itself.
 */
p: (number | null)
} | undefined
}
}
/**
 * What one unit of a hidden layer is worth. Units of different networks have nothing in common but their layer.
 */
export interface LayerAblation {
/**
 * Name of the layer.
 */
layer: string
/**
 * Its units.
 */
units: number
/**
 * Share of the units without which nothing changes: they are dead, or cut off by later layers.
 */
idle: number
/**
 * Of each metric, the change when one unit is cut off.
 */
changes: {
[k: string]: {
/**
 * Mean over units and folds.
 */
mean: (number | null)
/**
 * That of the unit missed most, mean over the folds.
 */
worst: (number | null)
} | undefined
}
/**
 * The units that are missed most, the most first, each in the network of its fold; at most 20.
 */
missed: {
/**
 * From 1.
 */
repeat: number
/**
 * From 1.
 */
fold: number
/**
 * From 1.
 */
unit: number
/**
 * Of each metric, without the unit less with it.
 */
changes: {
[k: string]: number | null | undefined
}
}[]
}
/**
 * Result of training on all rows; also what `mlp train --json` prints.
 */
export interface Training {
/**
 * Id of the run.
 */
run: string
/**
 * Folder of the stored run.
 */
directory: string
/**
 * How the run ended.
 */
status: ("completed" | "cancelled" | "failed")
/**
 * SHA-256 over all trained parameters.
 */
digest: string
/**
 * reproducible: the same bits on every machine; fast where one of the variants was trained so.
 */
numerics: string
/**
 * Engine that trained; of fast and reproducible variants, that of the fast ones.
 */
engine: string
/**
 * Wall-clock time.
 */
seconds: number
data: DataFacts
/**
 * In the order of the document.
 */
models: TrainedModel[]
}
/**
 * One network trained on all rows.
 */
export interface TrainedModel {
/**
 * Name of the variant.
 */
name: string
/**
 * Trained parameters.
 */
parameters: number
/**
 * Epochs trained.
 */
epochs: number
/**
 * The epoch whose weights were restored (early stopping).
 */
bestEpoch?: number
/**
 * Whether training came to its end.
 */
status: ("completed" | "diverged")
/**
 * Why training diverged, and what to do.
 */
problem?: string
/**
 * Loss of the last epoch, dropout active.
 */
trainingLoss: (number | null)
/**
 * Metrics on the training rows themselves, dropout off: not an estimate for new rows.
 */
metrics: {
[k: string]: number | null | undefined
}
/**
 * The rate that each layer of concreteDropout has learned, by its name.
 */
learnedRates?: {
[k: string]: number | undefined
}
/**
 * File of the model, in the folder of the run.
 */
model?: string
}
