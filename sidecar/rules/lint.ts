import type {Problem} from '../../schemas/problem.ts';
import {comesBefore, movedProblem, placeProblem, sortProblems} from '../document/documentProblem.ts';
import {isReadable, type ParsedDocument} from '../document/parseDocument.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import type {DataFacts, RunFacts, TrainedFacts} from './rule.ts';
import {RULES} from './rules.ts';
import type {Thresholds} from './thresholds.ts';

export interface LintFacts {
  readonly thresholds: Thresholds;
  /** Of each variant, by name; where the data are not known, none. */
  readonly data: ReadonlyMap<string, DataFacts>;
  readonly run: RunFacts | undefined;
  /** Of the variants of which a model is stored. */
  readonly trained: readonly TrainedFacts[];
}

/**
 * What the rules say of a document, in the order of the text, as far as the facts go. After a syntax error only what
 * stands before it counts.
 */
export function lint(parsed: ParsedDocument, variants: readonly ResolvedVariant[], facts: LintFacts): Problem[] {
  const problems = sortProblems(findings(parsed, variants, facts));
  const mistake = isReadable(parsed) ? undefined : parsed.problems[0]?.range.start;
  return mistake ? problems.filter(({range}) => comesBefore(range.end, mistake)) : problems;
}

function findings(parsed: ParsedDocument, variants: readonly ResolvedVariant[], facts: LintFacts): Problem[] {
  const problems: Problem[] = [];
  for (const variant of variants) {
    const {document, written, name, placeOf} = variant;
    const data = facts.data.get(name);
    const trained = facts.trained.find(each => each.variant === name);
    const {thresholds, run} = facts;
    const subject = {
      document,
      written,
      name,
      variants,
      parsed,
      thresholds,
      data,
      run,
      trained,
      allTrained: facts.trained,
    };
    for (const {code, severity, check} of RULES) {
      for (const {message, path, at = 'value', fixes} of check(subject)) {
        problems.push(placeProblem(parsed, movedProblem({code, severity, message, path, at, fixes}, placeOf)));
      }
      if (problems.length >= mostProblems) return problems;
    }
  }
  return problems;
}

const mostProblems = 200;
