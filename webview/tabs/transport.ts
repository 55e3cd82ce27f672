import type {Panel} from '../panel.ts';
import {h} from '../ui/dom.ts';
import * as kit from '../ui/kit.ts';
import {slider} from './slider.ts';

interface Recording {
  epochs(): number;
  batches(): number;
  shown(): {readonly epoch: number; readonly batch: number};
  isFollowing(): boolean;
}

const SPEEDS = ['0.5', '1', '2', '5', '15', '30'] as const;

/** Back to any batch of any epoch, batch by batch, or played at a speed that can be followed. */
export function transport(panel: Panel, recording: Recording) {
  let timer = 0;
  const epoch = slider('Epoch', value => go(value, recording.shown().batch));
  const batch = slider('Batch', value => go(recording.shown().epoch, value));
  const play = h('span', {class: 'play'});
  const playButton = kit.button({label: 'Play batches', icon: 'play', iconOnly: true, onClick: () => toggle()});
  const pauseButton = kit.button({label: 'Stop playing', icon: 'pause', iconOnly: true, onClick: () => toggle()});
  play.append(playButton, pauseButton);
  const speed = kit.choice<string>('Speed', value => {
    panel.changeView({speed: Number(value)});
    if (timer) start();
  });
  const element = h(
    'div',
    {class: 'transport', role: 'group', 'aria-label': 'Which batch is shown'},
    h('div', {class: 'group'}, play, speed.element),
    epoch.element,
    batch.element,
  );

  function go(toEpoch: number, toBatch: number): void {
    panel.changeView({follow: false, epoch: toEpoch, batch: Math.min(toBatch, recording.batches())});
  }

  function next(): void {
    const {epoch: atEpoch, batch: atBatch} = recording.shown();
    if (atBatch < recording.batches()) go(atEpoch, atBatch + 1);
    else if (atEpoch < recording.epochs()) go(atEpoch + 1, 1);
    else stop();
  }

  function start(): void {
    stop();
    timer = window.setInterval(next, 1000 / panel.view.speed);
    panel.redraw();
  }

  function stop(): void {
    window.clearInterval(timer);
    timer = 0;
  }

  function toggle(): void {
    if (timer) stop();
    else start();
    panel.redraw();
    (timer ? pauseButton : playButton).focus();
  }

  return {
    element,
    stop,
    update(): void {
      const shown = recording.shown();
      epoch.set(shown.epoch, recording.epochs());
      batch.set(shown.batch, recording.batches());
      playButton.hidden = timer !== 0;
      pauseButton.hidden = timer === 0;
      speed.set(
        SPEEDS.map(value => ({value, label: value === '0.5' ? '1 in 2 s' : `${value} a second`})),
        String(panel.view.speed),
      );
    },
  };
}
