/** The sidecar: the process that trains for an editor, over the channel of the child process that it is. */
import {constants, setPriority} from 'node:os';
import {parentChannel} from './server/channel.ts';
import {serveClient} from './server/connection.ts';
import {createLab} from './server/lab.ts';
import {createLog, parseLevel} from './server/log.ts';
import {createStoredRuns} from './server/storedRuns.ts';

const log = createLog(parseLevel(process.env.MLP_LAB_LOG), line => process.stderr.write(line));

try {
  // Training must never delay typing. Threads that start from now on inherit it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  log.debug('the priority could not be lowered');
}

const lab = createLab(log);
log.info(`the sidecar started, process ${process.pid}`);
serveClient(parentChannel(), {lab, storedRuns: createStoredRuns(), log});

// The editor is gone, whatever the reason: nobody would hear of the end. What runs is left to be resumed.
process.once('disconnect', async () => {
  await lab.layDown();
  process.exit(0);
});
process.on('uncaughtException', error => log.error('an error was caught nowhere', error));
process.on('unhandledRejection', error => log.error('a failure was caught nowhere', error));
