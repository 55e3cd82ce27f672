import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../schemas/generated/event.ts';
import type {LayerState, Masks, Notifications} from '../../../schemas/protocol.ts';
import type {ShownState} from '../../../sidecar/server/liveFeed.ts';
import {createOutbox} from '../../../sidecar/server/outbox.ts';

type Sent = {method: keyof Notifications; params: unknown};

/** An outbox whose client takes a message only when it is told to. */
function slowClient() {
  const sent: Sent[] = [];
  const waiting: (() => void)[] = [];
  const outbox = createOutbox((method, params) => {
    sent.push({method, params});
    return new Promise(resolve => waiting.push(resolve));
  });
  return {
    outbox,
    sent,
    /** The client takes what was sent, and all that follows. */
    async takeAll() {
      while (waiting.length > 0) {
        waiting.shift()!();
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}

const event = (at: number) => ({event: 'problemMet', at, message: 'one'}) as RunEvent;
function eventsOf(count: () => number) {
  return {
    get count() {
      return count();
    },
    read: (from: number, most: number) =>
      Array.from({length: Math.max(0, Math.min(most, count() - from))}, (_, i) => event(from + i)),
  };
}
const masks = (batch: number) => ({batch}) as Masks;
const layers = (epoch: number) => [{epoch}] as LayerState[];
const live = (state: Partial<ShownState>): ShownState => ({run: 'r', at: 0, masks: null, layers: null, ...state});

describe('a client that reads nothing', () => {
  test('has one message under way, however much happens, and later gets every event and the newest states', async () => {
    const {outbox, sent, takeAll} = slowClient();
    let count = 1;
    const computed: number[] = [];
    outbox.attach(
      'r',
      eventsOf(() => count),
      0,
    );
    outbox.showLive('r', true);
    for (let i = 1; i <= 10_000; i++) {
      count = i;
      outbox.eventsAdded('r');
      outbox.live(
        live({
          masks() {
            computed.push(i);
            return masks(i);
          },
        }),
      );
      if (i % 10 === 0) outbox.live(live({layers: layers(i)}));
      outbox.queueChanged({runs: []});
      outbox.logged({at: i, level: 'info', message: String(i)});
    }
    expect(sent).toHaveLength(1);

    await takeAll();
    const of = <M extends keyof Notifications>(method: M) =>
      sent.filter(one => one.method === method).map(one => one.params as Notifications[M]);
    const told = of('mlpLab/runEvents');
    expect(told.flatMap(({events}) => events.map(({at}) => at))).toEqual(Array.from({length: 10_000}, (_, i) => i));
    // Each says where it begins.
    let next = 0;
    for (const {from, events} of told) {
      expect(from).toBe(next);
      next += events.length;
    }
    expect(of('mlpLab/live')).toEqual([{run: 'r', at: 0, masks: masks(10_000), layers: layers(10_000)}]);
    // Masks that are not sent are not computed.
    expect(computed).toEqual([10_000]);
    expect(of('mlpLab/queueChanged')).toEqual([{runs: []}]);
    const log = of('mlpLab/logged').map(({at}) => at);
    expect(log).toEqual(Array.from({length: 100}, (_, i) => 9901 + i));
  });
});

describe('an outbox', () => {
  test('tells events from the number that was asked for, and none when it is detached', async () => {
    const {outbox, sent, takeAll} = slowClient();
    let count = 5;
    outbox.attach(
      'r',
      eventsOf(() => count),
      3,
    );
    await takeAll();
    expect(sent).toMatchObject([{params: {run: 'r', from: 3, events: [{at: 3}, {at: 4}]}}]);
    outbox.detach('r');
    count = 9;
    outbox.eventsAdded('r');
    await takeAll();
    expect(sent).toHaveLength(1);
  });

  test('shows live states only to whom watches, and forgets what waits when the watching ends', async () => {
    const {outbox, sent, takeAll} = slowClient();
    outbox.live(live({masks: () => masks(1)}));
    expect(sent).toEqual([]);
    outbox.showLive('r', true);
    outbox.live(live({masks: () => masks(2)}));
    outbox.live(live({masks: () => masks(3)}));
    outbox.showLive('r', false);
    await takeAll();
    expect(sent).toHaveLength(1);
  });

  test('tells nothing of the network that was watched before when another is chosen', async () => {
    const {outbox, sent, takeAll} = slowClient();
    outbox.showLive('r', true);
    outbox.live(live({layers: layers(1)}));
    outbox.live(live({layers: layers(2)}));
    outbox.showLive('r', true);
    outbox.live(live({masks: () => masks(1)}));
    await takeAll();
    expect(sent.slice(1)).toEqual([{method: 'mlpLab/live', params: {run: 'r', at: 0, masks: masks(1), layers: null}}]);
  });

  test('goes on with other things when the events of a run are gone', async () => {
    const {outbox, sent, takeAll} = slowClient();
    const gone = {
      count: 5,
      read: () => {
        throw new Error('ENOENT');
      },
    };
    outbox.attach('deleted', gone, 0);
    outbox.attach(
      'r',
      eventsOf(() => 1),
      0,
    );
    await takeAll();
    expect(sent).toMatchObject([{params: {run: 'r', from: 0, events: [{at: 0}]}}]);
  });

  test('is quiet when its client is gone', async () => {
    let sends = 0;
    const outbox = createOutbox(() => {
      sends++;
      return Promise.reject(new Error('closed'));
    });
    outbox.queueChanged({runs: []});
    await new Promise(resolve => setImmediate(resolve));
    outbox.queueChanged({runs: []});
    outbox.logged({at: 1, level: 'info', message: 'late'});
    await new Promise(resolve => setImmediate(resolve));
    expect(sends).toBe(1);
  });
});
