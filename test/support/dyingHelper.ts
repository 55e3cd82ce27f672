/** A helper of a network that takes a panel, and dies with it; or fails at it, and goes on. */
import {workerData} from 'node:worker_threads';
import type {HelperStart} from '../../sidecar/network/wasm/sharedTeam.ts';
import {finishPanel, takePanel, teamBoard, WORD} from '../../sidecar/network/wasm/teamBoard.ts';

const {memory, board: address, fails} = workerData as HelperStart & {fails?: boolean};
const board = teamBoard(memory, address);
Atomics.add(board.words, WORD.helpers, 1);
// The owner is quick: it takes a while until one is left for this thread.
while (takePanel(board) < 0);
if (!fails) process.exit(1);
Atomics.store(board.words, WORD.hasFailed, 1);
finishPanel(board);
Atomics.notify(board.words, WORD.finished);
