/* Generated from schemas/mlp.schema.json by scripts/generateTypes.ts. Change the schema, then run npm run generate. */
/**
 * A multilayer perceptron and its experiment, as MLP Lab trains it.
 */
export interface MlpDocument {
/**
 * Address of this schema, for editors. Default: none.
 */
$schema?: string
/**
 * Version of this format.
 */
version: 1
/**
 * The data set and how its columns become inputs and target. Everything that is fitted (means, categories, scales) is fitted on the training rows of each fold only.
 */
data: {
/**
 * Path of the data file, relative to this document: .csv, .tsv, .jsonl, .ndjson or .parquet.
 */
source: string
/**
 * Format of the file.
 */
format?: ("auto" | "csv" | "tsv" | "jsonLines" | "parquet")
/**
 * Character between two cells of delimited text.
 */
delimiter?: ("auto" | "," | ";" | "\t" | "|")
/**
 * Whether the first line of delimited text names the columns. Without names they are column1, column2, …
 */
header?: boolean
/**
 * Character encoding of the text.
 */
encoding?: ("auto" | "utf-8" | "utf-16le" | "utf-16be" | "windows-1252")
/**
 * Name of the column to predict.
 */
target: string
/**
 * The class called positive (class 1) when there are two. Default: the second in alphabetical order, or the larger of two numbers.
 */
positiveClass?: string
/**
 * What is predicted.
 */
task?: ("auto" | "classification" | "regression")
/**
 * Names of the columns used as inputs. Default: all but the target, the excluded ones, and those of groupBy and timeBy.
 * 
 * @minItems 1
 */
features?: string[]
/**
 * Names of columns that are not used, such as identifiers. Default: none.
 */
exclude?: string[]
/**
 * How numeric inputs are scaled.
 */
scale?: ("standard" | "minMax" | "robust" | "none")
/**
 * How a real target is scaled for training; predictions and metrics are in its own units.
 */
scaleTarget?: ("standard" | "none")
/**
 * Whether the columns are kept on disk and read while training, for data larger than the memory. Rows are then shuffled among parts of the file, not among all rows.
 */
streaming?: ("auto" | "always" | "never")
/**
 * How categories become inputs.
 */
categories?: ("oneHot" | "ordinal")
/**
 * Missing values of all columns.
 */
missing?: {
/**
 * Cells that mean a missing value, besides the empty cell.
 */
markers?: string[]
/**
 * What replaces a missing number. For a constant, set it for the column.
 */
numeric?: ("mean" | "median" | "mostFrequent" | "dropRow" | "error")
/**
 * What replaces a missing category. For a constant, set it for the column.
 */
categorical?: ("mostFrequent" | "category" | "dropRow" | "error")
/**
 * Adds to each column with missing values a 0/1 input that tells which they were.
 */
indicator?: boolean
}
/**
 * Settings of single columns, by name.
 */
columns?: {
[k: string]: Column | undefined
}
}
/**
 * The hidden layers, from the input on. The output layer is added: it follows from the target and from "output".
 * 
 * Items: A layer.
 */
layers: (Dense | Dropout | GaussianDropout | AlphaDropout | ConcreteDropout | DropConnect | BatchNorm | LayerNorm | Activation)[]
/**
 * The output layer. Its number of units follows from the target.
 */
output?: {
/**
 * Function of the output; it goes with the loss.
 */
activation?: ("auto" | "sigmoid" | "softmax" | "linear")
/**
 * Bound of the L2 norm of each unit's incoming weights, bias excluded, applied after every update. Usual with dropout: 3 to 5. Default: no bound.
 */
maxNorm?: number
/**
 * L1 penalty: l1 · Σ|w| over the layer's weights is added to the loss.
 */
l1?: number
/**
 * L2 penalty: l2 · Σw² over the layer's weights is added to the loss (Keras' meaning; the optimizer's weightDecay is PyTorch's).
 */
l2?: number
/**
 * How the weights start.
 */
init?: ("pytorch" | "heNormal" | "heUniform" | "glorotNormal" | "glorotUniform" | "lecunNormal" | "lecunUniform" | "zeros")
}
/**
 * How the network is trained.
 */
training?: {
/**
 * Passes over the training rows.
 */
epochs?: number
/**
 * Rows of a step. The last batch of an epoch may be smaller.
 */
batchSize?: number
/**
 * Whether the rows are in a new random order in every epoch.
 */
shuffle?: boolean
/**
 * Whether a last batch that is smaller than batchSize is left out.
 */
dropLast?: boolean
/**
 * What is minimised.
 */
loss?: ("auto" | "binaryCrossEntropy" | "crossEntropy" | "meanSquaredError" | "meanAbsoluteError" | "huber")
/**
 * How the gradients change the weights.
 */
optimizer?: (Sgd | Adam | AdamW | RmsProp | Adagrad)
/**
 * How the learning rate changes over the epochs.
 */
schedule?: (Constant | Step | Exponential | InverseTime | Cosine | Plateau)
/**
 * Momentum that grows from a first value to the optimizer's momentum. Default: the optimizer's momentum from the start.
 */
momentumRamp?: {
/**
 * Momentum at the start.
 */
from: number
/**
 * linear: epochs until the optimizer's momentum is reached. exponential: epochs in which the distance to it falls to 1/e.
 */
epochs: number
/**
 * Shape of the growth.
 */
shape?: ("linear" | "exponential")
}
/**
 * Bound of the L2 norm of all gradients together; larger ones are scaled down. Default: no bound.
 */
clipNorm?: number
/**
 * Weight of each class in the loss: "none", "balanced" (rows / (classes · rows of the class), counted on the training rows), or a number for each class; a class not named has weight 1.
 */
classWeights?: (("none" | "balanced") | {
[k: string]: number | undefined
})
/**
 * Stops when the loss on an inner validation part has not fallen for a while, and restores the best weights. The inner part is cut from the training rows; the test fold is never looked at. Default: all epochs are trained.
 */
earlyStopping?: {
/**
 * Epochs without improvement before training stops.
 */
patience?: number
/**
 * A fall smaller than this is no improvement.
 */
minDelta?: number
/**
 * Share of the training rows that is held out.
 */
share?: number
}
/**
 * Seed of all randomness: folds, initial weights, order of rows, masks. The same seed gives the same bits.
 */
seed?: number
/**
 * How products and sums are rounded.
 */
numerics?: ("reproducible" | "fast")
}
/**
 * How the network is judged on rows that it has not seen.
 */
evaluation?: {
/**
 * How rows are split.
 */
method?: ("kFold" | "holdout" | "timeOrdered")
/**
 * Number of folds.
 */
folds?: number
/**
 * How often the whole split is repeated with other folds. On small data one repeat moves by several points.
 */
repeats?: number
/**
 * Whether each fold holds the same share of each class (of each part of a real target's range).
 */
stratified?: boolean
/**
 * Whether rows are dealt to folds at random. Without it, folds are consecutive rows, or, stratified, consecutive rows of each class.
 */
shuffle?: boolean
/**
 * holdout: share of the rows that is tested.
 */
testShare?: number
/**
 * Column whose equal values (a patient, a speaker) always stay together in one fold. It is not used as an input. Default: each row is a group of its own.
 */
groupBy?: string
/**
 * Column with the order in time. It is not used as an input. Default: none.
 */
timeBy?: string
/**
 * Also scores Monte Carlo dropout: each test row is predicted so often with dropout on, and the mean counts. Default: it does not.
 */
samples?: number
/**
 * Differences between variants up to this do not matter in practice, in the unit of each metric: 0.02 is 2 points of accuracy. Default: 0.01 of a share or score, 0.02 of NLL, 1 % of an error in the target's units.
 */
practicalMargin?: number
}
/**
 * Named changes of this document, trained on the same folds from the same initial weights and compared with the first. A change is a dotted path and a value; a layer is addressed by its name. Default: one variant, the document as it stands.
 */
variants?: {
/**
 * Paths and their values.
 */
[k: string]: {

} | undefined
}
/**
 * What `mlp tune` tries: settings of a variant, all on the same folds. It changes nothing else. Default: none.
 */
tune?: {
/**
 * Dotted paths, as in variants, and the values to try.
 */
space: {
[k: string]: TuneRange | undefined
}
/**
 * How settings are chosen and stopped.
 */
method?: ("grid" | "random" | "halving")
/**
 * Settings that random and halving try.
 */
trials?: number
/**
 * What the best setting is the best by. Default: nll for classes, rmse for numbers.
 */
metric?: ("accuracy" | "balancedAccuracy" | "nll" | "brier" | "rocAuc" | "f1" | "mcc" | "ece" | "rmse" | "mae" | "r2")
/**
 * Folds within each training part, by which a nested cross-validation makes the choice anew, to say what it is worth on new rows; 0: none.
 */
innerFolds?: number
}
}
/**
 * Settings of one column; what is not given follows from the settings of all columns.
 */
export interface Column {
/**
 * What the column holds.
 */
type?: ("auto" | "numeric" | "categorical" | "ignore")
/**
 * What replaces a missing value. Default: that of data.missing.
 */
missing?: ("mean" | "median" | "mostFrequent" | "constant" | "dropRow" | "error" | "category")
/**
 * The value that replaces a missing one where missing is "constant". Default: none; "constant" needs it.
 */
fillValue?: (number | string)
/**
 * Adds a 0/1 input that tells whether the value was missing. Default: that of data.missing.
 */
indicator?: boolean
/**
 * How categories become inputs. Default: that of data.
 */
categories?: ("oneHot" | "ordinal")
/**
 * The categories from first to last, for "ordinal". Default: alphabetical.
 * 
 * @minItems 1
 */
order?: string[]
/**
 * How the numbers are scaled. Default: that of data.
 */
scale?: ("standard" | "minMax" | "robust" | "none")
}
/**
 * Fully connected layer: activation(W·x + b).
 */
export interface Dense {
/**
 * Type of the layer.
 */
type: "dense"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Number of units (neurons).
 */
units: number
/**
 * Function applied to each unit's weighted sum.
 */
activation?: ("linear" | "relu" | "leakyRelu" | "elu" | "selu" | "gelu" | "silu" | "tanh" | "sigmoid" | "softplus")
/**
 * Bound of the L2 norm of each unit's incoming weights, bias excluded, applied after every update. Usual with dropout: 3 to 5. Default: no bound.
 */
maxNorm?: number
/**
 * L1 penalty: l1 · Σ|w| over the layer's weights is added to the loss.
 */
l1?: number
/**
 * L2 penalty: l2 · Σw² over the layer's weights is added to the loss (Keras' meaning; the optimizer's weightDecay is PyTorch's).
 */
l2?: number
/**
 * How the weights start.
 */
init?: ("pytorch" | "heNormal" | "heUniform" | "glorotNormal" | "glorotUniform" | "lecunNormal" | "lecunUniform" | "zeros")
}
/**
 * Dropout (Srivastava et al. 2014): each unit of the layer before is dropped with probability rate, for each row anew, and the kept ones are divided by 1 − rate. As the first layer it drops inputs. Off in evaluation.
 */
export interface Dropout {
/**
 * Type of the layer.
 */
type: "dropout"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Share of units dropped in training, at least 0 and below 1. 0.2 means that one in five is dropped. Usual: 0.1 to 0.2 on the input, 0.2 to 0.5 on hidden layers.
 */
rate: number
schedule?: DropoutSchedule
/**
 * Which rows share a mask in training.
 */
mask?: ("row" | "batch")
}
/**
 * How the rate changes over the training. Default: it stays as it is.
 */
export interface DropoutSchedule {
/**
 * Kind of the schedule.
 */
type: ("early" | "late" | "curriculum")
/**
 * Epochs from the start. early: the rate is 0 from then on. late: the rate is 0 until then. curriculum: the rate grows until then; usually the number of all epochs.
 */
until: number
/**
 * early: how the rate goes to 0.
 */
shape?: ("constant" | "linear")
}
/**
 * Gaussian dropout (Srivastava et al. 2014, §10): each unit is multiplied by a normal number of mean 1 and standard deviation √(rate/(1 − rate)). Off in evaluation.
 */
export interface GaussianDropout {
/**
 * Type of the layer.
 */
type: "gaussianDropout"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Share of units dropped in training, at least 0 and below 1. 0.2 means that one in five is dropped. Usual: 0.1 to 0.2 on the input, 0.2 to 0.5 on hidden layers.
 */
rate: number
schedule?: DropoutSchedule1
/**
 * Which rows share a mask in training.
 */
mask?: ("row" | "batch")
}
/**
 * How the rate changes over the training. Default: it stays as it is.
 */
export interface DropoutSchedule1 {
/**
 * Kind of the schedule.
 */
type: ("early" | "late" | "curriculum")
/**
 * Epochs from the start. early: the rate is 0 from then on. late: the rate is 0 until then. curriculum: the rate grows until then; usually the number of all epochs.
 */
until: number
/**
 * early: how the rate goes to 0.
 */
shape?: ("constant" | "linear")
}
/**
 * Alpha dropout (Klambauer et al. 2017), for selu: dropped units take selu's negative saturation value, and mean and variance are kept. Off in evaluation.
 */
export interface AlphaDropout {
/**
 * Type of the layer.
 */
type: "alphaDropout"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Share of units dropped in training, at least 0 and below 1. 0.2 means that one in five is dropped. Usual: 0.1 to 0.2 on the input, 0.2 to 0.5 on hidden layers.
 */
rate: number
schedule?: DropoutSchedule2
/**
 * Which rows share a mask in training.
 */
mask?: ("row" | "batch")
}
/**
 * How the rate changes over the training. Default: it stays as it is.
 */
export interface DropoutSchedule2 {
/**
 * Kind of the schedule.
 */
type: ("early" | "late" | "curriculum")
/**
 * Epochs from the start. early: the rate is 0 from then on. late: the rate is 0 until then. curriculum: the rate grows until then; usually the number of all epochs.
 */
until: number
/**
 * early: how the rate goes to 0.
 */
shape?: ("constant" | "linear")
}
/**
 * Concrete dropout (Gal, Hron and Kendall 2017): dropout of the inputs of the dense layer behind it, whose rate is learned with the weights: small where there are many rows, large where there are few. Off in evaluation.
 */
export interface ConcreteDropout {
/**
 * Type of the layer.
 */
type: "concreteDropout"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Share that training starts from, above 0 and below 1.
 */
rate?: number
/**
 * How far a unit may be between dropped and kept: the lower, the less. Learning the rate needs a little.
 */
temperature?: number
/**
 * Prior length scale l: weights behind the layer cost l²/(τN) · Σw² / (1 − rate), for N rows to learn from.
 */
lengthScale?: number
/**
 * Model precision τ of a real target, the inverse of its noise variance after scaling: the higher, the less the penalty counts. Without effect for classes.
 */
precision?: number
}
/**
 * Dense layer that drops single weights instead of units, for each row anew (Wan et al. 2013). Biases are kept; in evaluation all weights are used.
 */
export interface DropConnect {
/**
 * Type of the layer.
 */
type: "dropConnect"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Number of units (neurons).
 */
units: number
/**
 * Share of weights dropped in training, at least 0 and below 1. 0.2 means that one in five is dropped. Usual: 0.1 to 0.2 on the input, 0.2 to 0.5 on hidden layers.
 */
rate: number
/**
 * Function applied to each unit's weighted sum.
 */
activation?: ("linear" | "relu" | "leakyRelu" | "elu" | "selu" | "gelu" | "silu" | "tanh" | "sigmoid" | "softplus")
/**
 * Bound of the L2 norm of each unit's incoming weights, bias excluded, applied after every update. Usual with dropout: 3 to 5. Default: no bound.
 */
maxNorm?: number
/**
 * L1 penalty: l1 · Σ|w| over the layer's weights is added to the loss.
 */
l1?: number
/**
 * L2 penalty: l2 · Σw² over the layer's weights is added to the loss (Keras' meaning; the optimizer's weightDecay is PyTorch's).
 */
l2?: number
/**
 * How the weights start.
 */
init?: ("pytorch" | "heNormal" | "heUniform" | "glorotNormal" | "glorotUniform" | "lecunNormal" | "lecunUniform" | "zeros")
schedule?: DropoutSchedule3
/**
 * Which rows share a mask in training.
 */
mask?: ("row" | "batch")
}
/**
 * How the rate changes over the training. Default: it stays as it is.
 */
export interface DropoutSchedule3 {
/**
 * Kind of the schedule.
 */
type: ("early" | "late" | "curriculum")
/**
 * Epochs from the start. early: the rate is 0 from then on. late: the rate is 0 until then. curriculum: the rate grows until then; usually the number of all epochs.
 */
until: number
/**
 * early: how the rate goes to 0.
 */
shape?: ("constant" | "linear")
}
/**
 * Batch normalization (Ioffe and Szegedy 2015) of each unit over the batch; running statistics in evaluation.
 */
export interface BatchNorm {
/**
 * Type of the layer.
 */
type: "batchNorm"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Weight of the newest batch in the running mean and variance (PyTorch's meaning).
 */
momentum?: number
/**
 * Added to the variance before the square root.
 */
epsilon?: number
}
/**
 * Layer normalization (Ba et al. 2016) of each row over its units.
 */
export interface LayerNorm {
/**
 * Type of the layer.
 */
type: "layerNorm"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Added to the variance before the square root.
 */
epsilon?: number
}
/**
 * An activation on its own, for example after batchNorm.
 */
export interface Activation {
/**
 * Type of the layer.
 */
type: "activation"
/**
 * Name of the layer, unique in the document. Variants address the layer by it ("layers.NAME.KEY"), so it holds no dot. Default: the type and a number, such as "dense1".
 */
name?: string
/**
 * Function applied to each unit.
 */
activation: ("linear" | "relu" | "leakyRelu" | "elu" | "selu" | "gelu" | "silu" | "tanh" | "sigmoid" | "softplus")
}
/**
 * Stochastic gradient descent with momentum.
 */
export interface Sgd {
/**
 * Type of the optimizer.
 */
type: "sgd"
/**
 * Size of a step, before the schedule.
 */
learningRate?: number
/**
 * Momentum in PyTorch's convention: v ← momentum · v + gradient, w ← w − learningRate · v. The effective step is learningRate / (1 − momentum).
 */
momentum?: number
/**
 * Look ahead along the momentum (Nesterov).
 */
nesterov?: boolean
/**
 * PyTorch's weight decay: weightDecay · w is added to each parameter's gradient (adamW: the parameter itself shrinks by learningRate · weightDecay).
 */
weightDecay?: number
}
/**
 * Adam (Kingma and Ba 2015).
 */
export interface Adam {
/**
 * Type of the optimizer.
 */
type: "adam"
/**
 * Size of a step, before the schedule.
 */
learningRate?: number
/**
 * Weight of the past in the mean of gradients.
 */
beta1?: number
/**
 * Weight of the past in the mean of squared gradients.
 */
beta2?: number
/**
 * Added to the denominator.
 */
epsilon?: number
/**
 * PyTorch's weight decay: weightDecay · w is added to each parameter's gradient (adamW: the parameter itself shrinks by learningRate · weightDecay).
 */
weightDecay?: number
}
/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019).
 */
export interface AdamW {
/**
 * Type of the optimizer.
 */
type: "adamW"
/**
 * Size of a step, before the schedule.
 */
learningRate?: number
/**
 * Weight of the past in the mean of gradients.
 */
beta1?: number
/**
 * Weight of the past in the mean of squared gradients.
 */
beta2?: number
/**
 * Added to the denominator.
 */
epsilon?: number
/**
 * PyTorch's weight decay: weightDecay · w is added to each parameter's gradient (adamW: the parameter itself shrinks by learningRate · weightDecay).
 */
weightDecay?: number
}
/**
 * RMSProp (Hinton 2012), as in PyTorch.
 */
export interface RmsProp {
/**
 * Type of the optimizer.
 */
type: "rmsProp"
/**
 * Size of a step, before the schedule.
 */
learningRate?: number
/**
 * Momentum in PyTorch's convention: v ← momentum · v + gradient, w ← w − learningRate · v. The effective step is learningRate / (1 − momentum).
 */
momentum?: number
/**
 * Weight of the past in the mean of squared gradients (PyTorch's alpha).
 */
decay?: number
/**
 * Added to the denominator.
 */
epsilon?: number
/**
 * PyTorch's weight decay: weightDecay · w is added to each parameter's gradient (adamW: the parameter itself shrinks by learningRate · weightDecay).
 */
weightDecay?: number
}
/**
 * Adagrad (Duchi et al. 2011).
 */
export interface Adagrad {
/**
 * Type of the optimizer.
 */
type: "adagrad"
/**
 * Size of a step, before the schedule.
 */
learningRate?: number
/**
 * Added to the denominator.
 */
epsilon?: number
/**
 * PyTorch's weight decay: weightDecay · w is added to each parameter's gradient (adamW: the parameter itself shrinks by learningRate · weightDecay).
 */
weightDecay?: number
}
/**
 * The learning rate stays as it is.
 */
export interface Constant {
/**
 * Type of the schedule.
 */
type: "constant"
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * Every so many epochs the learning rate is multiplied by factor.
 */
export interface Step {
/**
 * Type of the schedule.
 */
type: "step"
/**
 * Epochs between two drops.
 */
every: number
/**
 * Factor of each drop.
 */
factor?: number
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * The learning rate is multiplied by factor after every epoch.
 */
export interface Exponential {
/**
 * Type of the schedule.
 */
type: "exponential"
/**
 * Factor of each epoch.
 */
factor: number
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * learningRate / (1 + epochs / halfLife), step by step.
 */
export interface InverseTime {
/**
 * Type of the schedule.
 */
type: "inverseTime"
/**
 * Epochs after which the learning rate is half.
 */
halfLife: number
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * Half a cosine wave from learningRate down to finalLearningRate over all epochs, step by step (Loshchilov and Hutter 2017, without restarts).
 */
export interface Cosine {
/**
 * Type of the schedule.
 */
type: "cosine"
/**
 * Learning rate at the end.
 */
finalLearningRate?: number
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * The learning rate is multiplied by factor when the watched loss has not fallen for patience epochs: the inner validation loss with earlyStopping, the training loss otherwise.
 */
export interface Plateau {
/**
 * Type of the schedule.
 */
type: "plateau"
/**
 * Factor of each drop.
 */
factor?: number
/**
 * Epochs without improvement before a drop.
 */
patience?: number
/**
 * The learning rate never falls below this.
 */
minLearningRate?: number
/**
 * Epochs in which the learning rate rises linearly from 0, step by step, before the schedule begins.
 */
warmUp?: number
}
/**
 * Values to try: those from one to another, or a list of them as "values".
 */
export interface TuneRange {
/**
 * Smallest number. Default: none.
 */
from?: number
/**
 * Largest number. Default: none.
 */
to?: number
/**
 * Distance of two numbers. Default: none, count decides.
 */
step?: number
/**
 * How many numbers, both ends included. Default: 5 in a grid; any number in a random search.
 */
count?: number
/**
 * Whether numbers lie evenly, or evenly in their logarithm.
 */
scale?: ("linear" | "log")
/**
 * The values themselves, of any kind. Default: none.
 * 
 * @minItems 1
 */
values?: unknown[]
}
