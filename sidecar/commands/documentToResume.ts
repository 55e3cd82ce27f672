import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {readRun} from '../runs/readRun.ts';
import {documentOf} from '../runs/runFolder.ts';
import {UserError} from '../userError.ts';
import {shortPath} from './shortPath.ts';

/**
 * The document of the run that `--resume` names, where no document was typed.
 * @throws UserError if the folder holds no run, or the document is not where the run has it
 */
export function documentToResume(directory: string): string {
  const document = documentOf(resolve(directory), readRun(directory));
  if (existsSync(document)) return shortPath(document);
  throw new UserError(
    `The run in ${directory} is of ${shortPath(document)}, which is not there any more: bring it back, or say before --resume where it is by now.`,
  );
}
