#!/usr/bin/env node
import {resolve} from 'node:path';
import {Command, InvalidArgumentError, Option} from 'commander';
import packageJson from '../package.json' with {type: 'json'};
import {defaultWorkers, loadWorkerThreads} from './runners/workerThread.ts';
import {printable} from './terminal/table.ts';
import {EXIT, UserError} from './userError.ts';

/** More would tell nothing that is not known by then, and take for ever. */
const MOST_SAMPLES = 100_000;

// Each command is loaded when it runs: together they take longer to load than most of them to answer.
const program = new Command('mlp')
  .description('Trains the multilayer perceptron that a .mlp.json document describes, and judges it honestly.')
  .version(packageJson.version)
  .exitOverride();

program
  .command('check')
  .description('Reports what is wrong in documents and in their data, and shows the networks they describe.')
  .argument('<paths...>', 'documents, or folders that are searched for .mlp.json files')
  .option('--json', 'print one JSON object')
  .addOption(new Option('--sarif', 'print SARIF 2.1.0, which build servers show beside the code').conflicts('json'))
  .addHelpText(
    'after',
    '\nExamples:\n  mlp check sonar.mlp.json\n  mlp check experiments/ --json\n  mlp check experiments/ --sarif > mlp.sarif',
  )
  .action(async (paths, options) => {
    const {checkDocuments} = await import('./commands/checkDocuments.ts');
    exitWith(await checkDocuments(paths, options));
  });

program
  .command('language-server')
  .description('Speaks the Language Server Protocol on standard input and output, for editors.')
  .option('--stdio', 'the way to talk; there is no other')
  .addHelpText('after', '\nHow editors are set up: docs/language.md')
  .action(async () => {
    // Loaded only here: no other command needs the protocol.
    const {startOnStandardStreams} = await import('./language/standardStreams.ts');
    startOnStandardStreams();
  });

experimentCommand('cv')
  .description('Cross-validates every variant of a document on the same folds and compares them.')
  .option('--folds <count>', 'number of folds', wholeNumber(2))
  .option('--repeats <count>', 'how often the folds are drawn anew', wholeNumber(1))
  .option(
    '--samples <count>',
    'also score Monte Carlo dropout: the mean of so many predictions with dropout on',
    wholeNumber(2, MOST_SAMPLES),
  )
  .option('--keep-models', 'also store the models of all folds: an ensemble for mlp predict')
  .option(
    '--ledger [runs]',
    'also tell what makes scores scatter, from so many runs for each source (5)',
    wholeNumber(2),
  )
  .addHelpText(
    'after',
    '\nExamples:\n  mlp cv sonar.mlp.json\n  mlp cv sonar.mlp.json --repeats 10 --workers 4\n  mlp cv sonar.mlp.json --variant baseline --variant "input dropout" --json',
  )
  .action(async (file, options, command) => {
    const {crossValidateDocument} = await import('./commands/crossValidateDocument.ts');
    exitWith(await crossValidateDocument(await documentOf(file, options, command), options));
  });

experimentCommand('tune')
  .description(
    'Tries the settings of "tune" on the same folds, stops those that are ruled out, and says what the best one is worth.',
  )
  .option('--dropout', 'sweep dropout rates on the inputs and on the hidden layers instead')
  .option(
    '--metric <name>',
    'what the best setting is the best by, such as accuracy (default: nll, or rmse for numbers)',
  )
  .addOption(
    new Option('--method <name>', 'how settings are chosen and stopped').choices(['grid', 'random', 'halving']),
  )
  .option('--trials <count>', 'settings that random and halving try', wholeNumber(2))
  .option('--inner <folds>', 'inner folds of the nested cross-validation; 0: none', wholeNumber(0))
  .option('--folds <count>', 'number of folds', wholeNumber(2))
  .option('--repeats <count>', 'how often the folds are drawn anew', wholeNumber(1))
  .option('--write', 'write the winner into the document, and nothing else')
  .option('--write-as <name>', 'write the winner as a variant of the document')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp tune sonar.mlp.json --dropout\n  mlp tune sonar.mlp.json --metric accuracy --write-as tuned\n  mlp tune sonar.mlp.json --method random --trials 40 --inner 0',
  )
  .action(async (file, {variant, ...options}, command) => {
    const {tuneDocument} = await import('./commands/tuneDocument.ts');
    const document = await documentOf(file, options, command);
    exitWith(await tuneDocument(document, {...options, variant: variant?.[0]}));
  });

experimentCommand('train')
  .description('Trains every variant of a document on all rows and stores the models.')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp train sonar.mlp.json --variant "input dropout"\n  mlp train sonar.mlp.json --epochs 50 --json',
  )
  .action(async (file, options, command) => {
    const {trainDocument} = await import('./commands/trainDocument.ts');
    exitWith(await trainDocument(await documentOf(file, options, command), options));
  });

program
  .command('predict')
  .description('Predicts the rows of a data file with a stored model, and tells how sure it is of each.')
  .argument(
    '<model>',
    'a .safetensors file, the folder of a run with models, or a document, which stands for its newest training',
  )
  .argument('<data>', 'a data file with the columns that the model was trained on')
  .option('--variant <name>', 'which of several models (default: the first)')
  .option(
    '--samples <count>',
    'Monte Carlo dropout: so many predictions of each row with dropout on',
    wholeNumber(2, MOST_SAMPLES),
  )
  .option('--tolerance <width>', 'stop sampling when every mean is known to this, 95 % to each side', notNegative, 0)
  .addOption(
    new Option('--masks <kind>', 'masks of each row by itself, or shared by all rows')
      .choices(['row', 'shared'])
      .default('row'),
  )
  .option('--seed <number>', 'seed of the samples', wholeNumber(0), 0)
  .option(
    '--calibrate <run>',
    'a cross-validation or document: fits temperature and conformal sets to its out-of-fold predictions',
  )
  .option('--coverage <share>', 'share of the rows whose truth sets and intervals shall hold', share, 0.9)
  .addOption(
    new Option('--sets <kind>', 'coverage of all rows together, or of each class by itself, also of a rare one')
      .choices(['pooled', 'byClass'])
      .default('pooled'),
  )
  .option('--out <file>', 'write the predictions to this CSV file instead of standard output')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp predict sonar.mlp.json new.csv --variant "input dropout" --samples 100 --out predicted.csv\n  mlp predict model.safetensors new.csv --calibrate sonar.mlp.json\n  mlp cv sonar.mlp.json --keep-models, then: mlp predict .mlp/runs/20261123-215739-f93f new.csv',
  )
  .action(async (model, data, options) => {
    const {predictData} = await import('./commands/predictData.ts');
    exitWith(await predictData(model, data, options));
  });

program
  .command('compare')
  .description(
    'Compares the variants of a stored cross-validation, or of several: with how much certainty, and what it would take to know more.',
  )
  .argument('<paths...>', 'documents, which stand for their newest run, or folders of runs')
  .option('--reference <name>', 'variant that the others are compared with (default: the first)')
  .option('--margin <difference>', 'differences up to this do not matter in practice, such as 0.02', notNegative)
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp compare sonar.mlp.json\n  mlp compare sonar.mlp.json --reference "input dropout" --margin 0.02\n  mlp compare .mlp/runs/20261123-* --json',
  )
  .action(async (paths, options) => {
    const {compareRuns} = await import('./commands/compareRuns.ts');
    exitWith(await compareRuns(paths, options));
  });

program
  .command('report')
  .description('Writes one file about a run: tables, pictures, data, seeds, and how to repeat it.')
  .argument('<run>', 'a document, which stands for its newest cross-validation, or the folder of a run')
  .option('--html', 'a page of HTML instead of Markdown')
  .option('--out <file>', 'write it to this file instead of standard output')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp report sonar.mlp.json --out sonar.html\n  mlp report .mlp/runs/20261123-215739-f93f > report.md',
  )
  .action(async (run, options) => {
    const {reportRun} = await import('./commands/reportRun.ts');
    exitWith(await reportRun(run, options));
  });

program
  .command('gate')
  .description('Fails, with exit code 1, only when a variant is significantly worse than in a baseline run.')
  .argument('<run>', 'a document, which stands for its newest run, or the folder of a run')
  .requiredOption('--baseline <run>', 'the run that must not be fallen below')
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nExamples:\n  mlp gate sonar.mlp.json --baseline accepted-run')
  .action(async (run, options) => {
    const {gateRun} = await import('./commands/gateRun.ts');
    exitWith(await gateRun(run, options));
  });

program
  .command('improve')
  .description(
    'Makes a variant that follows the usual tips for dropout: wider, with larger decaying steps and bounded weights.',
  )
  .argument('<file>', 'a .mlp.json document')
  .option('--as <name>', 'name of the variant', 'tips')
  .option('--write', 'put the variant into the document, and change nothing else')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp improve sonar.mlp.json\n  mlp improve sonar.mlp.json --write && mlp cv sonar.mlp.json',
  )
  .action(async (file, options) => {
    const {improveDocument} = await import('./commands/improveDocument.ts');
    exitWith(await improveDocument(file, options));
  });

program
  .command('lr')
  .description(
    'Finds a learning rate: trains while it grows from step to step, and reads off where the loss falls and where it breaks down.',
  )
  .argument('<file>', 'a .mlp.json document')
  .option('--variant <name>', 'variant to train (default: the first)')
  .option('--from <rate>', 'smallest learning rate', positive, 0.00001)
  .option('--to <rate>', 'largest learning rate', positive, 10)
  .option('--steps <count>', 'steps of training', wholeNumber(20), 300)
  .option('--write', 'write the learning rate into the document, and change nothing else')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp lr sonar.mlp.json\n  mlp lr sonar.mlp.json --variant "hidden dropout" --write',
  )
  .action(async (file, options) => {
    const {findLearningRate} = await import('./commands/findLearningRate.ts');
    exitWith(await findLearningRate(file, options));
  });

program
  .command('explain')
  .description(
    'Says what the skill of a network rests on: which columns, which units, and whether more rows would help.',
  )
  .argument('<file>', 'a .mlp.json document')
  .option('--variant <name>', 'variant to explain (default: the first)')
  .option('--epochs <count>', 'epochs of each network', wholeNumber(1))
  .option('--workers <count>', 'worker threads (default: one for each core)', wholeNumber(1))
  .option('--shuffles <count>', 'how often each column is shuffled in each fold', wholeNumber(1), 10)
  .option('--no-curve', 'leave out the learning curve, which trains most')
  .option('--out <file>', 'write it to this file as a page: HTML, or Markdown for .md')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExamples:\n  mlp explain sonar.mlp.json\n  mlp explain sonar.mlp.json --variant "input dropout" --no-curve --json\n  mlp explain sonar.mlp.json --out explained.html',
  )
  .action(async (file, options) => {
    const {explainDocument} = await import('./commands/explainDocument.ts');
    exitWith(await explainDocument(file, options));
  });

program
  .command('runs')
  .description('Lists the stored runs beside a document or in a folder.')
  .argument('[path]', 'a document or a folder', '.')
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nExamples:\n  mlp runs\n  mlp runs examples/sonar/sonar.mlp.json --json')
  .action(async (path, options) => {
    const {listStoredRuns} = await import('./commands/listStoredRuns.ts');
    exitWith(await listStoredRuns(path, options));
  });

program
  .command('mcp')
  .description('Serves tools for AI agents over the Model Context Protocol, on standard input and output.')
  .argument('[folder]', 'outside of which nothing is read or written', '.')
  .addHelpText(
    'after',
    '\nIn the settings of an agent:\n  {"mcpServers": {"mlp-lab": {"command": "mlp", "args": ["mcp", "/path/to/experiments"]}}}',
  )
  .action(async folder => {
    const {serveMcp} = await import('./mcp/serveMcp.ts');
    await serveMcp(resolve(folder));
  });

/** While this process reads the document and its data, the worker threads load. */
function loadWorkers(command: Command): void {
  const {workers = defaultWorkers()} = command.opts<{workers?: number}>();
  loadWorkerThreads(workers);
}

/** What training and cross-validating have in common. */
function experimentCommand(name: string): Command {
  return program
    .command(name)
    .hook('preAction', loadWorkers)
    .argument('[file]', 'a .mlp.json document; with --resume, the one that the run began with unless told')
    .option('--variant <name>', 'only this variant; may be given several times', (value, all: string[] = []) => [
      ...all,
      value,
    ])
    .option('--epochs <count>', 'epochs of each network', wholeNumber(1))
    .option('--seed <number>', 'seed of all randomness', wholeNumber(0))
    .option(
      '--workers <count>',
      'worker threads (default: one for each core; at most four for each core)',
      wholeNumber(1),
    )
    .option('--out <folder>', 'store the run in this folder (default: .mlp/runs beside the document)')
    .addOption(
      new Option('--resume <folder>', 'finish the run in this folder, which was interrupted or stopped').conflicts([
        ...['variant', 'folds', 'repeats', 'epochs', 'seed', 'out', 'engine'],
        ...['dropout', 'metric', 'method', 'trials', 'inner'],
      ]),
    )
    .addOption(
      new Option(
        '--engine <name>',
        'engine that trains, whatever training.numerics says (default: wasm, where there is SIMD); wasm and plain give the same bits',
      ).choices(['wasm', 'plain', 'reference']),
    )
    .option('--json', 'print one JSON object');
}

/** The document that was typed, or the one of the run that is to be finished. */
async function documentOf(file: string | undefined, {resume}: {resume?: string}, command: Command): Promise<string> {
  if (file !== undefined) return file;
  if (resume === undefined) return command.error("error: missing required argument 'file'");
  const {documentToResume} = await import('./commands/documentToResume.ts');
  return documentToResume(resume);
}

function wholeNumber(smallest: number, largest = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= smallest && value <= largest) return value;
    const most = largest === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${largest.toLocaleString('en')}`;
    throw new InvalidArgumentError(`It must be a whole number of at least ${smallest}${most}.`);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a share between 0 and 1, such as 0.9.');
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of at least 0.');
}

/** Not process.exit: what was written to a pipe must still go out. */
function exitWith(code: number): void {
  process.exitCode = code;
}

for (const command of [program, ...program.commands]) {
  const name = command === program ? 'mlp' : `mlp ${command.name()}`;
  command.showHelpAfterError(`("${name} --help" shows what can be asked)`);
}

// A reader that has seen enough (mlp runs | head) closes the pipe: that is no error, and no reason to stop training.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  console.error(`The output could not be written: ${error.message}.`);
  exitWith(EXIT.failed);
});
// Without a place for messages there is nobody to tell.
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  exitWith(reportError(error));
}

// When nothing is left to do, all output is written. Taking memory and threads apart would then take another 20 ms. Not
// before the command has ended: one that waits for ever must not look like one that is done.
process.once('beforeExit', () => process.exit());

/** The one place where errors become messages. @returns the exit code */
function reportError(error: unknown): number {
  if (error instanceof UserError) {
    console.error(printable(error.message));
    return error.exitCode;
  }
  // Commander has written its message already; help and version end without an error.
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')) {
    return 'exitCode' in error && error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  }
  console.error('MLP Lab has a bug: something happened that it was not made for. Set MLP_DEBUG=1 to see where.');
  console.error(process.env.MLP_DEBUG ? error : `(${error instanceof Error ? error.message : String(error)})`);
  return EXIT.failed;
}
