import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import packageJson from '../../../package.json' with {type: 'json'};
import {describeEditor} from './rig/editorTest.ts';

interface Answers {
  readonly known: readonly string[];
  readonly answers: readonly {readonly text?: string; readonly error?: string}[];
}

/** What the agent of the rig was told, once it has called all. */
async function answersIn(workspace: string): Promise<Answers> {
  const file = join(workspace, 'answers.json');
  await expect.poll(() => existsSync(file), {timeout: 120_000}).toBe(true);
  await expect.poll(() => readFileSync(file, 'utf8'), {timeout: 60_000}).toMatch(/\}$/);
  return JSON.parse(readFileSync(file, 'utf8')) as Answers;
}

describeEditor('an agent in the editor', {hasAgent: true, settings: {'chat.disableAIFeatures': false}}, rig => {
  const openWith = async (calls: (document: string) => object[]) => {
    const workspace = rig().copyExample('sonar', 10);
    const document = join(workspace, 'sonar.mlp.json');
    writeFileSync(join(workspace, 'calls.json'), JSON.stringify(calls(document)));
    const workbench = await rig().open(workspace);
    await workbench.openFile('sonar.mlp.json');
    await workbench.lens('sonar.mlp.json', 'Cross-validate').waitFor();
    await workbench.command('Agent: Call Tools');
    return {workspace, workbench};
  };

  test('has all tools, and is told in a sentence what is wrong with a call', async () => {
    const {workspace, workbench} = await openWith(document => [
      {name: 'mlp_check', input: {document}},
      {name: 'mlp_describe', input: {document}},
      {name: 'mlp_check', input: {document: '/etc/hosts.mlp.json'}},
      {name: 'mlp_check', input: {}},
    ]);
    const {known, answers} = await answersIn(workspace);
    expect(known.toSorted()).toEqual(packageJson.contributes.languageModelTools.map(({name}) => name).toSorted());
    const [checked, described, outside, empty] = answers;
    expect(checked!.text).toContain('single-repeat');
    expect(described!.text).toContain('5,521');
    expect(outside!.error).toMatch(/outside|not in/);
    expect(empty!.error).toContain('document');
    await workbench.close();
  });

  test('trains only when the user agrees to what it costs', async () => {
    const {workspace, workbench} = await openWith(document => [
      {name: 'mlp_cross_validate', input: {document, variants: ['baseline']}},
      {name: 'mlp_cross_validate', input: {document}},
      {name: 'mlp_compare', input: {runs: [document]}},
    ]);
    const asked = workbench.page.getByRole('dialog').filter({hasText: 'Train with MLP Lab?'});
    await asked.filter({hasText: 'Train 10 networks, 100 epochs together'}).waitFor();
    await asked.getByRole('button', {name: 'Cancel'}).click();
    await asked.filter({hasText: 'Train 30 networks, 300 epochs together'}).waitFor();
    await asked.getByRole('button', {name: 'Yes'}).click();
    const {answers} = await answersIn(workspace);
    const [refused, trained, compared] = answers;
    expect(refused!.text).toBeUndefined();
    expect(trained!.text).toContain('input dropout');
    expect(compared!.text).toContain('input dropout');
    expect(readdirSync(join(workspace, '.mlp/runs')).filter(name => /^\d/.test(name))).toHaveLength(1);
    await workbench.close();
  });
});
