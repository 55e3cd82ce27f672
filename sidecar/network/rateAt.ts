import {exp} from '../kernels/elementary.ts';
import type {DropoutSchedule} from './plan.ts';

/**
 * The rate of a dropout layer at a time of its training. T is the schedule's `until`, t the time:
 *
 * - early: rate · (1 for constant, 1 − t/T for linear) while t < T, then 0; late: 0 while t < T, then rate
 *   (Liu et al. 2023, "Dropout reduces underfitting", §4 and §5);
 * - curriculum: rate · (1 − e^(−10 t/T)), so that the kept share is (1 − θ) e^(−γt) + θ for θ = 1 − rate and γ = 10/T
 *   (Morerio et al. 2017, "Curriculum dropout", eq. 3 and §4).
 *
 * @param time epochs since the training began, at the first row of a batch: epoch + step / steps
 */
export function rateAt(
  {rate, schedule}: {readonly rate: number; readonly schedule?: DropoutSchedule},
  time: number,
): number {
  if (!schedule) return rate;
  const share = time / schedule.until;
  switch (schedule.type) {
    case 'early':
      if (share >= 1) return 0;
      return schedule.shape === 'linear' ? rate * (1 - share) : rate;
    case 'late':
      return share < 1 ? 0 : rate;
    case 'curriculum':
      return rate * (1 - exp(-10 * share));
  }
}
