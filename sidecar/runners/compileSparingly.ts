import {setFlagsFromString} from 'node:v8';

/** In a longer run the best machine code is worth what it costs to make: with 2 s a run of three seconds took 5 % longer. */
const SPARING_MS = 700;

let restoring: NodeJS.Timeout | undefined;

/**
 * Lets V8 compile in its efficiency mode for a moment: what is called often is compiled quickly, and compiled again by the
 * slow compiler only after 15,000 calls instead of 3,000. Each worker compiles for itself, on the cores that it trains on: in
 * a cross-validation of half a second on two workers, the slow compiler took a fifth of all processor time for code that then
 * hardly ran. The mode is made to be switched while a program runs, and changes no result.
 */
export function compileSparingly(): void {
  // Node has no other way to it than V8's flag. Other versions of V8 may not know it, and would complain.
  if (!process.versions.v8.startsWith('13.6.')) return;
  clearTimeout(restoring);
  setFlagsFromString('--efficiency-mode');
  restoring = setTimeout(() => setFlagsFromString('--no-efficiency-mode'), SPARING_MS);
  restoring.unref();
}
