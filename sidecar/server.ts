/** The sidecar: the process that trains for an editor, over the channel of the child process that it is. */
import {parentChannel} from './server/channel.ts';
import {serveClient} from './server/connection.ts';
import {createLab} from './server/lab.ts';
import {createLog, parseLevel} from './server/log.ts';
import {createStoredRuns} from './server/storedRuns.ts';

// An editor that is gone reads nothing any more.
process.stderr.on('error', () => undefined);
const log = createLog(parseLevel(process.env.MLP_LAB_LOG), line => process.stderr.write(line));

// Training must never delay typing, but on a machine that is full of other work it may want its share.
const lab = createLab(log, {lowPriority: process.env.MLP_LAB_PRIORITY !== 'normal'});
log.info(`the sidecar started, process ${process.pid}`);
serveClient(parentChannel(), {lab, storedRuns: createStoredRuns(), log});

// The editor is gone, whatever the reason: nobody would hear of the end. What runs is left to be resumed.
process.once('disconnect', async () => {
  await lab.layDown();
  process.exit(0);
});
process.on('uncaughtException', error => log.error('an error was caught nowhere', error));
process.on('unhandledRejection', error => log.error('a failure was caught nowhere', error));
