import {accessSync, constants, existsSync} from 'node:fs';
import {readDocument} from '../experiment/loadExperiment.ts';
import {disk} from '../runs/fileSystem.ts';
import {writeNamedFile, writingFile} from '../runs/files.ts';
import {EXIT, UserError} from '../userError.ts';

/** Asked before the work begins whose result is to be written. @throws UserError if the document may not be written */
export function assertWritable(file: string): void {
  // Of one that is not there, who reads it tells.
  if (existsSync(file)) writingFile(file, () => accessSync(file, constants.W_OK));
}

/**
 * Writes a document, so that it outlives a power cut.
 * @param before its text as it was read
 * @param what is written, for the sentence that says that it is not
 * @throws UserError if it was changed meanwhile, or cannot be written
 */
export function writeDocument(file: string, before: string, after: string, what: string): void {
  if (readDocument(file) !== before) {
    throw new UserError(`${file} was changed meanwhile, so ${what} not written into it.`, EXIT.failed);
  }
  writeNamedFile(disk, file, after, {durable: true});
}

/** Does something that may fail for a reason that the user is told of: after the result, which it must not cost. */
export function failureOf(write: () => void): UserError | null {
  try {
    write();
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
