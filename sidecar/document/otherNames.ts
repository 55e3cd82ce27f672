import {withoutStyle} from '../closestName.ts';

/** Names that other libraries and papers use for what this format calls otherwise. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  // Keys.
  learningRate: ['lr', 'eta', 'stepSize', 'learningRateInit'],
  weightDecay: ['wd', 'decoupledWeightDecay'],
  units: ['neurons', 'nodes', 'size', 'width', 'outFeatures', 'hiddenUnits', 'outputSize'],
  activation: ['act', 'nonlinearity', 'activationFunction'],
  rate: ['dropRate', 'dropoutRate', 'probability', 'prob', 'dropProb'],
  epochs: ['iterations', 'maxIter', 'nEpochs', 'numEpochs', 'maxEpochs'],
  batchSize: ['batch', 'miniBatch'],
  folds: ['k', 'splits', 'nSplits', 'nFolds', 'numFolds'],
  stratified: ['stratify'],
  groupBy: ['group', 'groups'],
  timeBy: ['time', 'date'],
  seed: ['randomState', 'randomSeed', 'rng'],
  testShare: ['testSize', 'testSplit', 'testFraction'],
  share: ['validationSplit', 'validationFraction', 'validationShare'],
  beta1: ['betas'],
  epsilon: ['eps'],
  source: ['file', 'path', 'filename', 'url', 'csv'],
  target: ['label', 'labels', 'y', 'targetColumn', 'targets'],
  features: ['inputs', 'x', 'featureColumns'],
  exclude: ['ignore', 'drop', 'ignoreColumns'],
  scale: ['normalize', 'standardize', 'scaling', 'scaler', 'normalization', 'standardise', 'normalise'],
  init: ['initializer', 'kernelInitializer', 'weightInit', 'initialization'],
  maxNorm: ['maxW2', 'kernelConstraint', 'maxWeightNorm'],
  layers: ['hidden', 'hiddenLayers', 'model', 'network', 'architecture'],
  data: ['dataset'],
  training: ['train', 'fit', 'trainer'],
  evaluation: ['cv', 'crossValidation', 'validation', 'eval'],
  variants: ['experiments', 'sweep'],
  clipNorm: ['gradientClip', 'clipGradNorm', 'maxGradNorm'],
  warmUp: ['warmupEpochs'],
  // Words.
  linear: ['identity', 'none'],
  silu: ['swish'],
  relu: ['rectifier', 'rectifiedLinear'],
  sigmoid: ['logistic', 'expit'],
  binaryCrossEntropy: ['bce', 'logLoss', 'bceWithLogits'],
  crossEntropy: ['categoricalCrossEntropy', 'sparseCategoricalCrossEntropy', 'nll', 'softmaxCrossEntropy', 'ce'],
  meanSquaredError: ['mse', 'l2', 'squaredError'],
  meanAbsoluteError: ['mae', 'l1'],
  huber: ['smoothL1'],
  heNormal: ['he', 'kaiming', 'kaimingNormal'],
  heUniform: ['kaimingUniform'],
  glorotNormal: ['xavier', 'xavierNormal', 'glorot'],
  glorotUniform: ['xavierUniform'],
  lecunNormal: ['lecun'],
  standard: ['zscore', 'standardScaler', 'standardize', 'true'],
  minMax: ['minMaxScaler', '01'],
  kFold: ['crossValidation', 'cv', 'stratified', 'stratifiedKFold'],
  holdout: ['split', 'trainTestSplit'],
  timeOrdered: ['timeSeries', 'timeSeriesSplit'],
  mostFrequent: ['mode'],
  jsonLines: ['jsonl', 'ndjson'],
  // Types.
  dense: ['linear', 'fc', 'fullyConnected', 'hidden', 'gemm'],
  batchNorm: ['batchNormalization', 'bn', 'batchNorm1d'],
  layerNorm: ['layerNormalization', 'ln'],
  gaussianDropout: ['gaussianNoise'],
  sgd: ['momentum', 'nesterov', 'gradientDescent'],
  cosine: ['cosineAnnealing', 'cosineDecay'],
  step: ['stepLR', 'stepDecay'],
  exponential: ['exponentialDecay'],
  plateau: ['reduceOnPlateau', 'reduceLROnPlateau'],
};

/** Which of the candidates another library calls by this name. */
export function otherNames(name: string, candidates: readonly string[]): string | undefined {
  const plain = withoutStyle(name);
  return candidates.find(candidate => synonyms[candidate]?.some(synonym => withoutStyle(synonym) === plain));
}

/** Every name of this format that another library calls by this name. */
export function namesCalled(name: string): string[] {
  return Object.keys(synonyms).filter(candidate => otherNames(name, [candidate]));
}
