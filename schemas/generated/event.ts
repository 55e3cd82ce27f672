/* Generated from schemas/event.schema.json by scripts/generateTypes.ts. Change the schema, then run npm run generate. */
/**
 * One line of events.jsonl: what happened in a run, in order. A torn last line is expected after a crash and ignored.
 */
export type RunEvent = (RunStarted | FoldStarted | EpochsEnded | FoldEnded | ProblemMet | SettingStopped | NestedProgressed | RunResumed | RunEnded)

/**
 * The run was planned.
 */
export interface RunStarted {
/**
 * Kind of the event.
 */
event: "runStarted"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Networks to train.
 */
tasks: number
/**
 * Epochs of all networks together, unless they stop early.
 */
epochs: number
/**
 * Worker threads.
 */
workers: number
}
/**
 * A worker began a fold.
 */
export interface FoldStarted {
/**
 * Kind of the event.
 */
event: "foldStarted"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Name of the variant or baseline.
 */
variant: string
/**
 * Repeat, from 1.
 */
repeat: number
/**
 * Fold, from 1. 0 for a network trained on all rows.
 */
fold: number
/**
 * Epochs that it had behind it, when it goes on from a checkpoint. Epochs told before from there on are told again, alike.
 */
trainedEpochs?: number
}
/**
 * Some epochs ended, one after the other.
 */
export interface EpochsEnded {
/**
 * Kind of the event.
 */
event: "epochsEnded"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Name of the variant or baseline.
 */
variant: string
/**
 * Repeat, from 1.
 */
repeat: number
/**
 * Fold, from 1. 0 for a network trained on all rows.
 */
fold: number
/**
 * First of these epochs, from 1.
 */
from: number
/**
 * Mean loss of each epoch, dropout active, in training.
 */
trainingLoss: (number | null)[]
/**
 * Loss on training rows at the end of each epoch, without dropout; null where it was not measured.
 */
cleanLoss?: (number | null)[]
/**
 * Loss of each epoch on the inner validation part (early stopping).
 */
validationLoss?: (number | null)[]
/**
 * Metrics on rows of the inner validation part at the end of each epoch, by name; null where they were not measured, or one has no value.
 */
validationMetrics?: {
[k: string]: (number | null)[] | undefined
}
/**
 * Loss on rows of the test part at the end of each epoch; null where it was not measured. It is only told: nothing in the training depends on it.
 */
testLoss?: (number | null)[]
/**
 * Metrics on rows of the test part at the end of each epoch, by name; null where they were not measured. They are only told: nothing in the training depends on them.
 */
testMetrics?: {
[k: string]: (number | null)[] | undefined
}
/**
 * Learning rate at the first step of each epoch.
 */
learningRate: number[]
}
/**
 * A fold ended.
 */
export interface FoldEnded {
/**
 * Kind of the event.
 */
event: "foldEnded"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Name of the variant or baseline.
 */
variant: string
/**
 * Repeat, from 1.
 */
repeat: number
/**
 * Fold, from 1. 0 for a network trained on all rows.
 */
fold: number
/**
 * Epochs trained.
 */
epochs: number
/**
 * How it ended.
 */
status: ("completed" | "diverged" | "cancelled")
/**
 * Time of this fold.
 */
seconds: number
/**
 * Metrics on the test rows.
 */
metrics: {
[k: string]: number | null | undefined
}
/**
 * Why it diverged, and what to do.
 */
problem?: string
}
/**
 * Something went wrong from which the run recovers, such as a worker that died.
 */
export interface ProblemMet {
/**
 * Kind of the event.
 */
event: "problemMet"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * One sentence.
 */
message: string
}
/**
 * A search tried a setting no further.
 */
export interface SettingStopped {
/**
 * Kind of the event.
 */
event: "settingStopped"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Its name, as of a variant.
 */
setting: string
/**
 * Folds that it ran on.
 */
folds: number
/**
 * Networks that are not trained now.
 */
notTrained: number
/**
 * ruledOut: the folds so far found it worse.
 */
status: ("ruledOut" | "diverged")
/**
 * The reason, in words.
 */
why: string
}
/**
 * The nested cross-validation of a search, which follows its folds, trained some networks.
 */
export interface NestedProgressed {
/**
 * Kind of the event.
 */
event: "nestedProgressed"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * Networks trained so far; 0 when it begins.
 */
done: number
/**
 * Networks that it trains.
 */
networks: number
}
/**
 * A process took up a run that was interrupted. Networks that were in training start again from their checkpoints.
 */
export interface RunResumed {
/**
 * Kind of the event.
 */
event: "runResumed"
/**
 * Milliseconds since the run started, the interruption left out.
 */
at: number
/**
 * Networks left to train.
 */
tasks: number
/**
 * Worker threads.
 */
workers: number
}
/**
 * The run ended.
 */
export interface RunEnded {
/**
 * Kind of the event.
 */
event: "runEnded"
/**
 * Milliseconds since the run started.
 */
at: number
/**
 * How it ended.
 */
status: ("completed" | "cancelled" | "failed")
/**
 * Why it failed, in one sentence.
 */
failure?: string
}
