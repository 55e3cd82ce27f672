import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {htmlReport} from '../report/htmlReport.ts';
import {markdownReport} from '../report/markdownReport.ts';
import {runReport} from '../report/runReport.ts';
import {readEvents} from '../runs/eventsFile.ts';
import {disk} from '../runs/fileSystem.ts';
import {writingFile} from '../runs/files.ts';
import {findRun} from '../runs/findRuns.ts';
import {EXIT} from '../userError.ts';

export interface ReportOptions {
  readonly html?: boolean;
  readonly out?: string;
}

/** `mlp report RUN`: one file that says it all, to standard output or to a file. @returns the exit code */
export function reportRun(path: string, {html = false, out}: ReportOptions): number {
  const {directory, run} = findRun(path, 'crossValidation');
  const report = runReport(run, readEvents(disk, join(directory, 'events.jsonl')));
  const isPage = html || /\.html?$/i.test(out ?? '');
  const text = isPage ? htmlReport(report) : markdownReport(report);
  if (out === undefined) {
    process.stdout.write(text);
    return EXIT.done;
  }
  writingFile(out, () => writeFileSync(out, text));
  console.log(`Written to ${out}`);
  return EXIT.done;
}
