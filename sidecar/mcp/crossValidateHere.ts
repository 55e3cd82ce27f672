import type {StoredRun} from '../../schemas/generated/run.ts';
import {defaultWorkers} from '../runners/workerThread.ts';
import {crossValidationRun} from '../running/crossValidationRun.ts';
import {prepareRun} from '../running/prepareRun.ts';
import {startRun} from '../running/startRun.ts';
import {UserError} from '../userError.ts';

/** Trains in this process and its workers. @throws UserError if the document is wrong or the run cannot be stored */
export async function crossValidateHere(
  document: string,
  variants: readonly string[] | null,
  signal: AbortSignal,
): Promise<StoredRun> {
  const {run: prepared, problems} = await prepareRun({
    kind: 'crossValidation',
    document,
    overrides: variants ? {variants} : {},
  });
  if (!prepared) throw new UserError(problems.find(({severity}) => severity === 'error')!.message);
  const run = startRun(prepared, crossValidationRun(), {workers: defaultWorkers(), lowPriority: true});
  const cancel = () => run.cancel();
  signal.addEventListener('abort', cancel);
  const {failure, run: stored} = await run.ended;
  signal.removeEventListener('abort', cancel);
  if (failure) throw failure;
  return stored;
}
