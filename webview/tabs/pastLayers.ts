import type {LayerState, NetworkPlace} from '../../schemas/protocol.ts';
import {LatestRequest} from '../latestRequest.ts';
import type {Panel} from '../panel.ts';
import {networkKey} from '../run/shownRun.ts';

/** Has the layers of past epochs computed anew, where they are not known. */
export function pastLayers({host, run, redraw}: Panel) {
  let asked: NetworkPlace | null = null;
  const request = new LatestRequest<{place: NetworkPlace; layers: ReadonlyArray<readonly LayerState[]>}>(
    ({place, layers}) => {
      for (const states of layers) run.addLayers(place, states);
      redraw();
    },
    error => {
      // The picture does without them; where their place would be, it is said why.
      if (asked) run.layersRefused.set(networkKey(asked), error.message);
      redraw();
    },
  );
  return {
    ask(place: NetworkPlace, epochs: readonly number[]): void {
      const key = networkKey(place);
      const known = [...(run.layers.get(key)?.values() ?? [])][0]?.states ?? [];
      const missing = epochs.filter(epoch => !known.some(state => state.epoch === epoch));
      if (missing.length === 0 || run.layersRefused.has(key)) return;
      asked = place;
      const {directory} = run;
      request.ask(`${key} ${missing.join()}`, async () => ({
        place,
        layers: await host.request('mlpLab/readLayers', {directory, ...place, epochs: missing}),
      }));
    },
  };
}
