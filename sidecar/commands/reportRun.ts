import {reportRun as report} from '../answers/reportRun.ts';
import {disk} from '../runs/fileSystem.ts';
import {writeNamedFile} from '../runs/files.ts';
import {findRun} from '../runs/findRuns.ts';
import {EXIT} from '../userError.ts';

export interface ReportOptions {
  readonly html?: boolean;
  readonly out?: string;
}

/** `mlp report RUN`: one file that says it all, to standard output or to a file. @returns the exit code */
export function reportRun(path: string, {html = false, out}: ReportOptions): number {
  const isPage = html || /\.html?$/i.test(out ?? '');
  const text = report(findRun(path, 'crossValidation'), isPage ? 'html' : 'markdown');
  if (out === undefined) {
    process.stdout.write(text);
    return EXIT.done;
  }
  writeNamedFile(disk, out, text);
  console.log(`Written to ${out}`);
  return EXIT.done;
}
