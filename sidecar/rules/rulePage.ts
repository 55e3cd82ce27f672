import {EXPLANATIONS, type Explanation} from './explanations.ts';
import type {Rule} from './rule.ts';
import {RULES} from './rules.ts';

/** What is known of a code that a problem can have. */
export function explanation(code: string): Explanation | undefined {
  const rule = RULES.find(each => each.code === code);
  if (rule) return {title: rule.title, reason: rule.reason, source: rule.source};
  return Object.values(EXPLANATIONS).find(group => Object.hasOwn(group, code))?.[code];
}

/** The page about all problems: docs/rules.md. Each code is a heading, so that `#code` leads to it. */
export function rulePage(): string {
  const parts = [
    '# Problems and rules',
    '<!-- Written by scripts/generateDocs.ts from sidecar/rules: change them there, then run npm run generate. -->',
    INTRODUCTION,
    '## Rules: possible, but probably unwise',
    ...RULES.map(ruleSection),
    ...Object.entries(EXPLANATIONS).flatMap(([group, codes]) => [
      `## ${group}`,
      ...Object.entries(codes).map(([code, each]) => section(code, each, '')),
    ]),
    LEFT_OUT,
  ];
  return `${parts.join('\n\n')}\n`;
}

function ruleSection({code, severity, needs, noFix, ...rule}: Rule): string {
  const knows = {
    document: 'the document',
    data: 'the data file',
    run: 'the newest stored cross-validation',
    model: 'the newest stored model',
  }[needs];
  const unmended = noFix === undefined ? '' : `\n\nNo quick fix: ${noFix[0]!.toLowerCase()}${noFix.slice(1)}`;
  return `${section(code, rule, ` *${severity}, from ${knows}*`)}${unmended}`;
}

function section(code: string, {title, reason, source}: Explanation, facts: string): string {
  const cited = source === undefined ? '' : `\n\nSource: ${source}.`;
  return `### ${code}\n\n**${title}.**${facts}\n\n${reason}${cited}`;
}

const INTRODUCTION = `What \`mlp check\`, \`mlp check --json\`, \`mlp check --sarif\` and the editor say, by code: it stands in brackets behind each
message. Errors make training impossible or its result worthless; everything else is advice, with the number that was
measured. Each rule has a quick fix, or says below why it has none; most other problems have one, too: in the editor on the
light bulb, in \`--json\` and SARIF as \`fixes\`.

A rule that does not apply is silenced by a comment that says why:

\`\`\`jsonc
// mlp-ignore high-hidden-rate: 2,000 units, 600 of them are enough
{ "name": "drop1", "type": "dropout", "rate": 0.7 },
\`\`\`

A comment on a line of its own speaks of the key or the item below it, with all that is in it; one behind something, of its
line; one before the first brace, of the whole document. Several codes are divided by commas. Errors cannot be silenced.`;

const LEFT_OUT = `## What needs no rule here

Some known mistakes cannot be made in this format, so nothing warns of them:

- dropout on the output layer: the output layer is added behind all layers, and follows from the target;
- a number of rates that is not that of the layers: each layer has its own;
- early stopping that watches the test fold: it cuts an inner part from the training rows;
- scaling, imputation or oversampling before the split: everything is fitted on the training part of each fold;
- a missing seed: it is 0 unless said otherwise, and variants share it;
- accuracy as the only metric: NLL, Brier score, expected calibration error, balanced accuracy, MCC and others are always measured;
- a decay meant for steps but applied to epochs: schedules count epochs;
- batch normalisation by the statistics of a batch while samples are drawn: only what is dropped is drawn anew;
- a document of an older version: there is only one.`;
