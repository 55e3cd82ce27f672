import {setTo} from '../document/commonFixes.ts';
import {droppingLayers, figure} from './layers.ts';
import type {Finding, Rule, RuleSubject} from './rule.ts';

/** Rules that look at the newest finished cross-validation of the same document. */
export const runRules: readonly Rule[] = [
  {
    code: 'data-changed',
    severity: 'information',
    title: 'The data file is not the one of the last result',
    reason:
      'A result belongs to its data. The stored run holds the SHA-256 of the file it was made with; when it differs, the numbers shown beside the document are those of other data.',
    source: 'docs/runs.md',
    noFix: 'Nothing is wrong with the document: a new run mends it.',
    needs: 'run',
    check: ({data, run}) => {
      if (!data || !run || data.sha256 === run.stored.data.sha256) return [];
      const message = `The data file has changed since the last result (${run.stored.startedAt.slice(0, 10)}): ${run.stored.data.rows} rows then, ${data.rows} now. Cross-validate again.`;
      return [{message, path: ['data', 'source']}];
    },
  },
  {
    code: 'dropout-underfits',
    severity: 'information',
    title: 'With dropout the network is worse than a linear model',
    reason:
      'A network that does not reach a linear model underfits: dropout holds it back more than it helps. A lower rate, or dropout only in the first epochs, may fit better.',
    source: 'Liu et al. 2023, ICML, PMLR 202:22233–22248, arXiv 2303.01500',
    needs: 'run',
    check: subject => {
      const compared = underfitting(subject);
      const [first] = droppingLayers(subject.document);
      if (!compared || !first) return [];
      const path = ['layers', first.index, 'rate'];
      const message = `In the last run this variant reached ${compared}. It underfits: try lower rates.`;
      const fixes = [setTo(path, Number((first.layer.rate / 2).toPrecision(2)))];
      return [{message, path, fixes}];
    },
  },
  {
    code: 'dropout-needs-epochs',
    severity: 'warning',
    title: 'Training with dropout ended while the loss was still falling',
    reason:
      'With dropout each step trains another part of the network, so training takes more epochs: two to three times as many in the paper. Compared after the same number of epochs, dropout looks worse than it is.',
    source: 'Srivastava et al. 2014, JMLR 15:1929–1958, §10',
    needs: 'run',
    check: needsEpochs,
  },
];

function underfitting({name, run, variants, document}: RuleSubject): string | undefined {
  const report = run?.stored.crossValidation;
  if (!report || droppingLayers(document).length === 0 || !sameAsThen(run, name, document)) return undefined;
  const rivals = variants.filter(variant => droppingLayers(variant.document).length === 0);
  const metric = report.data.classes ? 'accuracy' : 'r2';
  const meanOf = (models: typeof report.variants, of: string) =>
    models.find(model => model.name === of)?.summary[metric]?.mean ?? undefined;
  const own = meanOf(report.variants, name);
  const linear = meanOf(report.baselines, report.data.classes ? 'linear' : 'linear');
  const others = rivals.flatMap(rival => meanOf(report.variants, rival.name) ?? []);
  const beside = others.length === 0 ? undefined : Math.max(...others);
  const folds = report.variants.find(variant => variant.name === name)?.folds ?? [];
  // A training that diverged tells of its learning rate, and one that beats the network without dropout of another want.
  if (folds.some(({status}) => status === 'diverged') || (beside !== undefined && own !== undefined && own >= beside)) {
    return undefined;
  }
  if (own === undefined || linear === undefined || own >= linear) return undefined;
  const without = beside === undefined ? '' : `, ${figure(beside)} without dropout`;
  return `${metric === 'r2' ? 'an R² of' : 'an accuracy of'} ${figure(own)}, a linear model ${figure(linear)}${without}`;
}

function needsEpochs({name, run, variants, document}: RuleSubject): Finding[] {
  const {epochs, earlyStopping} = document.training;
  const rivals = variants.filter(variant => droppingLayers(variant.document).length === 0);
  if (!run || droppingLayers(document).length === 0 || earlyStopping || rivals.length === 0) return [];
  if (!sameAsThen(run, name, document)) return [];
  if (rivals.every(rival => rival.document.training.epochs < epochs)) return [];
  const loss = run.trainingLoss.get(name) ?? [];
  const tenth = Math.floor(loss.length / 10);
  if (tenth < 2) return [];
  const mean = (from: number, to: number) => loss.slice(from, to).reduce((sum, each) => sum + each, 0) / (to - from);
  const [before, last] = [mean(loss.length - 2 * tenth, loss.length - tenth), mean(loss.length - tenth, loss.length)];
  const fall = 1 - last / before;
  if (!(fall > 0.03)) return [];
  const path = ['training', 'epochs'];
  const message = `In the last run the training loss of "${name}" still fell by ${figure(100 * fall)} % over the last tenth of ${epochs} epochs. Dropout needs more epochs than the ${rivals[0]!.document.training.epochs} without it.`;
  return [{message, path, fixes: [setTo(path, 2 * epochs)]}];
}

/** Whether the run trained this variant as it is now. */
function sameAsThen(run: RuleSubject['run'], name: string, document: RuleSubject['document']): boolean {
  const then = run?.stored.variants.find(variant => variant.name === name)?.document as
    | Partial<RuleSubject['document']>
    | undefined;
  const key = (of: Partial<RuleSubject['document']> | undefined) => JSON.stringify([of?.layers, of?.training]);
  return key(then) === key(document);
}
