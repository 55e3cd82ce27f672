import type {Page} from 'playwright-core';
import type {NetworkLayout} from '../../../webview/figures/networkLayout.ts';

/**
 * Reads from the pixels which marks of a column are drawn as dropped: the middle of a cross has its colour, that of a
 * disc another.
 */
export async function drawnDropped(
  page: Page,
  {columns}: NetworkLayout,
  column: number,
  dropped: readonly [number, number, number],
): Promise<boolean[]> {
  const {x, y} = columns[column]!;
  const points = Array.from(x, (left, mark) => [left, y[mark]!] as const);
  const colors = await page.evaluate(places => {
    const canvas = document.querySelector<HTMLCanvasElement>('.network-picture canvas')!;
    const context = canvas.getContext('2d')!;
    return places.map(([left, top]) => {
      const ratio = canvas.width / canvas.clientWidth;
      return [...context.getImageData(Math.round(left * ratio), Math.round(top * ratio), 1, 1).data];
    });
  }, points);
  return colors.map(([red = 0, green = 0, blue = 0]) => {
    const distance = Math.hypot(red - dropped[0], green - dropped[1], blue - dropped[2]);
    return distance < 60;
  });
}

export async function pictureSize(page: Page): Promise<{width: number; height: number}> {
  return page.evaluate(() => {
    const picture = document.querySelector('.network-picture')!;
    return {width: picture.clientWidth, height: picture.clientHeight};
  });
}
