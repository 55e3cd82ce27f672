/**
 * A thread that helped with a step is gone, or has failed, with a part of the step undone: the network is of no use any
 * more. Whoever has kept where its training was can go on from there with a new one.
 */
export class LostHelper extends Error {
  override readonly name = 'LostHelper';
}
