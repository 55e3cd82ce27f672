import {join} from 'node:path';
import {htmlPage} from '../report/htmlPage.ts';
import {markdownPage} from '../report/markdownPage.ts';
import {runReport} from '../report/runReport.ts';
import {readEvents} from '../runs/eventsFile.ts';
import {disk} from '../runs/fileSystem.ts';
import type {FoundRun} from '../runs/findRuns.ts';

export type ReportFormat = 'html' | 'markdown';

/** A stored run as one file that says it all. */
export function reportRun({directory, run}: FoundRun, format: ReportFormat): string {
  const page = runReport(run, readEvents(disk, join(directory, 'events.jsonl')));
  return format === 'html' ? htmlPage(page) : markdownPage(page);
}
