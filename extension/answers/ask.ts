import {randomUUID} from 'node:crypto';
import * as vscode from 'vscode';
import type {AnswerProgress, Cancelled, Followed, Notifications, Requests} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';

/** Requests whose answer takes long. */
type Long = {
  [M in keyof Requests]: Requests[M][0] extends Followed ? M : never;
}[keyof Requests];

/** Asks for what takes long, with a notification that tells how far it is and cancels it. @returns undefined: cancelled */
export async function ask<M extends Long>(
  {sidecar}: Lab,
  title: string,
  method: M,
  params: Omit<Requests[M][0], 'answer'>,
): Promise<Exclude<Requests[M][1], Cancelled> | undefined> {
  const answer = randomUUID();
  const options = {location: vscode.ProgressLocation.Notification, title, cancellable: true};
  const result = await vscode.window.withProgress(options, async (progress, token) => {
    let told = 0;
    const onNotification = (name: keyof Notifications, notified: Notifications[keyof Notifications]) => {
      if (name !== 'mlpLab/answerProgressed' || (notified as AnswerProgress).answer !== answer) return;
      const {share, words} = notified as AnswerProgress;
      const percent = Math.floor(share * 100);
      progress.report({increment: percent - told, message: [`${percent} %`, ...(words ? [words] : [])].join(', ')});
      told = percent;
    };
    sidecar.on('notification', onNotification);
    try {
      return await sidecar.request(method, {...params, answer} as Requests[M][0], token);
    } finally {
      sidecar.off('notification', onNotification);
    }
  });
  return result.kind === 'cancelled' ? undefined : (result as Exclude<Requests[M][1], Cancelled>);
}
