import type {NetworkPlace} from '../schemas/protocol.ts';
import type {Panel} from './panel.ts';
import {networkKey} from './run/shownRun.ts';

/** What each run was last asked to watch: the sidecar is asked again only when it changes. */
const asked = new WeakMap<object, string>();

/** Has masks and layer states of a network streamed; null: of none. @param rate masks a second */
export function watchNetwork({host, run, tell}: Panel, place: NetworkPlace | null, rate: number): void {
  if (!run.live) return;
  const key = place ? `${networkKey(place)} ${rate}` : '';
  if ((asked.get(run) ?? '') === key) return;
  asked.set(run, key);
  const watched = place ? {...place, layers: null, rate} : null;
  host.request('mlpLab/watch', {run: run.live.run, watched}).catch((error: Error) => {
    // A run that ended meanwhile has nothing to watch any more.
    if (run.isLive) tell(error.message);
  });
}

/** The sidecar began anew and knows nothing of what was asked. */
export function forgetWatch(run: Panel['run']): void {
  asked.delete(run);
}
