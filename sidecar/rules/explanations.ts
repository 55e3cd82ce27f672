/** Why each problem is one, by code: those that are told where documents, data and folds are checked. */
export interface Explanation {
  readonly title: string;
  readonly reason: string;
  readonly source?: string;
}

export const EXPLANATIONS: {readonly [group: string]: {readonly [code: string]: Explanation}} = {
  'The text of the document': {
    'json-syntax': {
      title: 'It cannot be read as JSON',
      reason:
        'A document is JSON with comments and trailing commas. What stands before the first mistake is checked all the same.',
    },
    'empty-document': {title: 'Nothing is written', reason: 'A document is one object that begins with its version.'},
    'document-too-large': {
      title: 'More than 2 million characters',
      reason: 'No experiment is so long: it is probably another file.',
    },
    'nesting-too-deep': {title: 'More than 64 brackets in each other', reason: 'A document needs ten at most.'},
    'duplicate-key': {
      title: 'A key twice in one object',
      reason: 'JSON takes the last one, so the first does nothing, which nobody sees.',
    },
    'unreadable-document': {title: 'The file cannot be read', reason: 'It must be a file of UTF-8 text up to 10 MB.'},
    'ignored-without-reason': {
      title: 'mlp-ignore without a reason',
      reason: 'A rule that does not apply here does not apply for a reason, which the next reader wants to know.',
    },
  },
  'Keys and values': {
    'unknown-key': {
      title: 'A key that the format does not know',
      reason:
        'A key that is misspelt or belongs elsewhere would be ignored, and the experiment would not be the one that was meant. So unknown keys are errors.',
    },
    'missing-key': {title: 'A key is missing', reason: 'Without it the document is not complete.'},
    'wrong-type': {title: 'A value of the wrong kind', reason: 'Such as text where a number must be.'},
    'out-of-range': {
      title: 'A number out of its range',
      reason: 'A rate of 1 would drop everything; a rate of 20 was probably meant as per cent.',
    },
    'unknown-value': {title: 'A word that the key does not know', reason: 'The message lists those that it does.'},
    'unknown-type': {title: 'An unknown type of layer, optimizer or schedule', reason: 'The message lists the types.'},
    'empty-value': {title: 'Empty where something must be', reason: 'An empty name names nothing.'},
    'dotted-name': {
      title: 'A layer name with a dot',
      reason: 'Variants address layers by dotted paths, in which a dot in a name could not be told apart.',
    },
    'repeated-item': {title: 'A name twice in a list', reason: 'It would count once.'},
    'wrong-version': {title: 'Another version of the format', reason: 'This MLP Lab reads version 1.'},
    'no-effect': {
      title: 'A key that does nothing here',
      reason:
        'What is written should matter. A key that does nothing in this combination misleads whoever reads the experiment.',
    },
    'contradicting-columns': {
      title: 'A column in two parts',
      reason: 'A column is an input, or the target, or divides the rows.',
    },
    'duplicate-layer-name': {title: 'Two layers of one name', reason: 'Variants address layers by name.'},
    'reserved-layer-name': {title: 'A layer called "output"', reason: 'The output layer has this name.'},
  },
  Variants: {
    'unknown-path': {title: 'A path to nothing', reason: 'The change would do nothing.'},
    'fixed-path': {
      title: 'A change of what all variants share',
      reason: 'Variants are compared on the same rows and folds; only then is their difference paired.',
    },
    'conflicting-paths': {title: 'Two changes of the same thing', reason: 'One would undo the other.'},
    'equal-variants': {title: 'Two equal variants', reason: 'They would give the same bits, twice.'},
    'unpaired-seed': {
      title: 'A variant with a seed of its own',
      reason: 'It starts from other weights, so a difference may be the seed’s.',
      source: 'Bouthillier et al. 2021, MLSys, arXiv 2103.03098',
    },
    'reserved-name': {title: 'A variant named as a baseline', reason: 'Tables and predictions would mix them up.'},
  },
  'Layers and output': {
    'repeated-dropout': {
      title: 'Two noise layers in a row',
      reason: 'They act on the same units, and together drop more than either says.',
    },
    'alpha-dropout-without-selu': {
      title: 'alphaDropout after another activation',
      reason: 'It keeps mean and variance only for selu.',
      source: 'Klambauer et al. 2017, NIPS, arXiv 1706.02515',
    },
    'dropout-after-selu': {
      title: 'Plain dropout after selu',
      reason: 'selu keeps mean and variance from layer to layer; zeros that are no values of selu change both.',
      source: 'Klambauer et al. 2017, NIPS, arXiv 1706.02515',
    },
    'dropout-before-batch-norm': {
      title: 'Dropout before batchNorm',
      reason: 'The variance that batchNorm learns with dropout is not the one it meets in evaluation.',
      source: 'Li et al. 2019, CVPR, arXiv 1801.05134',
    },
    'batch-norm-of-one-row': {
      title: 'A batch of one row with batchNorm',
      reason: 'The statistics of one row are the row itself, and every unit becomes 0.',
    },
    'concrete-dropout-without-dense': {
      title: 'concreteDropout before no dense layer',
      reason: 'Its penalty, from which the rate is learned, counts the weights of the dense layer right behind it.',
      source: 'Gal, Hron and Kendall 2017, NIPS, arXiv 1705.07832',
    },
    'loss-mismatch': {
      title: 'A loss that does not go with output or target',
      reason:
        'sigmoid goes with binaryCrossEntropy, softmax with crossEntropy, linear with the losses of real numbers.',
    },
    'output-mismatch': {title: 'An output that does not go with the target', reason: 'The message says which do.'},
    'network-too-large': {title: 'More than 200 million parameters', reason: 'They would not fit into memory.'},
  },
  Tuning: {
    'wrong-range': {
      title: 'A range of tune.space that gives no values',
      reason: 'It is a list of values, or goes from one number to a larger one by a step or in a count.',
    },
    'tuned-seed': {
      title: 'A seed in tune.space',
      reason:
        'To choose the best seed is to choose luck: the score is too good, and nothing is learned about the network. evaluation.repeats trains from several seeds and averages over them.',
      source: 'Bouthillier et al. 2021, MLSys, arXiv 2103.03098',
    },
    'too-many-settings': {
      title: 'A grid of too many settings',
      reason: 'Its settings are the product of all ranges; each is trained on every fold.',
    },
  },
  'The data file': {
    'file-not-found': {title: 'The data file is not there', reason: 'data.source is relative to the document.'},
    'file-unreadable': {title: 'The data file cannot be read', reason: 'The system says why.'},
    'no-permission': {title: 'The data file may not be read', reason: 'Its permissions forbid it.'},
    'not-a-file': {title: 'data.source is a folder', reason: 'It must name a file.'},
    'file-changed': {title: 'The data file changed while it was read', reason: 'Its rows would not belong together.'},
    'disk-full': {
      title: 'No room for the columns of large data',
      reason: 'Data larger than memory are read from columns that are kept beside the document while a run trains.',
    },
    'disk-not-writable': {
      title: 'No place for the columns of large data',
      reason: 'They are kept beside the document while a run trains, or else among the temporary files.',
    },
    'empty-file': {title: 'The data file is empty', reason: 'There is nothing to learn from.'},
    'unknown-format': {title: 'A file whose name does not tell its format', reason: 'data.format can.'},
    'binary-file': {title: 'The file is not text', reason: 'Delimited text and JSON Lines are text.'},
    'wrong-encoding': {title: 'Bytes that are no characters', reason: 'The file has another encoding.'},
    'invalid-json': {title: 'A line that is not JSON', reason: 'JSON Lines has one object a line.'},
    'ragged-row': {title: 'A row with too many or too few cells', reason: 'Its cells would go to wrong columns.'},
    'row-too-long': {title: 'A row that does not end', reason: 'A quote is probably not closed.'},
    'stray-quote': {title: 'A quote inside a cell', reason: 'Inside quotes it must be doubled.'},
    'quote-not-closed': {title: 'A quote that is never closed', reason: 'The rest of the file would be one cell.'},
    'not-parquet': {title: 'The file is not Parquet', reason: 'It does not begin and end as one does.'},
    'parquet-cut-short': {title: 'A Parquet file that was cut', reason: 'Its end, which describes it, is missing.'},
    'parquet-unreadable': {title: 'A Parquet file that cannot be read', reason: 'The message says why.'},
    'no-rows': {title: 'No rows', reason: 'There is nothing to learn from.'},
    'no-rows-left': {title: 'All rows are left out', reason: 'None has a target and all that is needed.'},
  },
  Columns: {
    'unknown-column': {title: 'A column that the file does not have', reason: 'The message names those it has.'},
    'duplicate-column': {title: 'Two columns of one name', reason: 'Which one is meant could not be told.'},
    'empty-column-name': {title: 'A column without a name', reason: 'It could not be addressed.'},
    'needed-column-ignored': {title: 'Target or group of type "ignore"', reason: 'It is needed.'},
    'not-an-input': {
      title: 'A feature that cannot be one',
      reason: 'It is the target, divides the rows or is excluded.',
    },
    'no-inputs': {title: 'No column is left as an input', reason: 'A network needs one.'},
    'text-among-numbers': {
      title: 'Text in a column of numbers',
      reason: 'A typing error, or a marker of missing values.',
    },
    'not-finite': {
      title: 'NaN, infinity or too large a number in a column',
      reason: 'No network learns from it: it computes in float32, which ends at 3.4e38.',
    },
    'decimal-comma': {title: 'Numbers with a comma', reason: '1,5 and 1,500 could be meant either way.'},
    'nested-value': {title: 'A list or an object in a cell', reason: 'Columns hold single values.'},
    'empty-column': {title: 'A column without any value', reason: 'It tells nothing.'},
    'identifier-column': {
      title: 'Another text in every row',
      reason: 'A name tells who a row is, which a network can only learn by heart.',
    },
    'too-many-categories': {title: 'More than 1,000 categories', reason: 'Each would be an input, seen hardly ever.'},
    'no-categories': {title: 'Settings of categories for numbers', reason: 'They have no effect.'},
    'category-not-in-order': {title: 'A category without a place in the order', reason: 'It has no number.'},
    'missing-value': {title: 'A missing value where it is an error', reason: 'data.missing says so.'},
    'row-not-dropped': {title: 'dropRow in a variant’s own input', reason: 'Variants must share their rows.'},
    'wrong-missing': {title: 'A replacement that does not go with the column', reason: 'Categories have no mean.'},
    'wrong-fill-value': {title: 'A fillValue of the wrong kind', reason: 'It must be what the column holds.'},
    'likely-identifier': {
      title: 'An input that looks like a name or a number of rows',
      reason:
        'With it a network learns who is who instead of what is asked, and rows of one group in two folds make the score too good.',
      source: 'Kaufman et al. 2012, ACM TKDD 6(4):15',
    },
    'rows-without-target': {title: 'Rows without a target', reason: 'They can neither train nor test.'},
    'rows-dropped': {
      title: 'Rows left out for a missing value',
      reason: 'dropRow asks for it; what is left may be other than what was.',
    },
  },
  Target: {
    'target-not-numeric': {title: 'A regression of text', reason: 'Text has no size.'},
    'one-class': {title: 'One class only', reason: 'There is nothing to tell apart.'},
    'constant-target': {title: 'A target that never varies', reason: 'There is nothing to predict.'},
    'too-many-classes': {title: 'Hundreds of numbers as classes', reason: 'They are probably a real target.'},
    'likely-classes': {
      title: 'A few integers predicted as a real number',
      reason: 'Classes that are written as numbers look so. Between class 1 and class 3 there need not be a class 2.',
    },
    'unknown-class': {title: 'A class that the target does not have', reason: 'Its weight would do nothing.'},
    'positive-class-without-classes': {title: 'A positive class of a real target', reason: 'It has no classes.'},
    'positive-class-of-many': {
      title: 'A positive class of more than two',
      reason: 'Only one of two is the positive one.',
    },
  },
  'Folds and training': {
    'folds-too-few': {title: 'Fewer than two folds', reason: 'One part cannot both train and test.'},
    'folds-exceed-rows': {title: 'More folds than rows', reason: 'Some folds would be empty.'},
    'repeats-too-few': {title: 'No repeat', reason: 'Nothing would be trained.'},
    'repeats-identical': {title: 'Repeats that are all the same', reason: 'Nothing is drawn anew.'},
    'rows-too-few': {title: 'One row', reason: 'It cannot both train and test.'},
    'test-empty': {title: 'No row is tested', reason: 'The share is too small.'},
    'training-empty': {title: 'No row is trained on', reason: 'The share is too large.'},
    'class-too-small': {
      title: 'A class with fewer rows than folds',
      reason: 'Some folds would test none of its rows.',
    },
    'class-in-one-group': {title: 'A class in a single group', reason: 'It is never both trained and tested.'},
    'one-class-part': {
      title: 'A fold of one class',
      reason: 'In a file that is sorted by class (Sonar is), folds in its order hold one class each.',
    },
    'sorted-by-target': {
      title: 'Rows sorted by the target, and not shuffled',
      reason: 'Folds would test what never trained.',
    },
    'groups-too-few': {title: 'Fewer groups than folds', reason: 'A group stays together.'},
    'groups-with-time': {title: 'Groups and times at once', reason: 'Time divides groups.'},
    'time-unused': {title: 'Times, and random folds', reason: 'They would train on the future.'},
    'times-too-few': {title: 'Fewer times than folds', reason: 'Rows of one time stay together.'},
    'missing-group': {title: 'A row without a group', reason: 'It could be of any.'},
    'missing-time': {title: 'A row without a time', reason: 'It has no place in the order.'},
    'unclear-time': {title: 'A date in another form', reason: '03/04/2026 is in March or in April.'},
    'batch-exceeds-rows': {title: 'A batch larger than the training part', reason: 'Each epoch is one step.'},
    'inner-split-impossible': {
      title: 'Early stopping cannot cut an inner part',
      reason: 'All training rows are of one group or one time.',
    },
  },
};
