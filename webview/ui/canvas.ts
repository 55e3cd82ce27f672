/** A canvas whose unit is the CSS pixel, sharp on every screen and at every zoom. */
export interface Canvas {
  readonly element: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** @returns whether the size changed; the drawing is lost then */
  resize(width: number, height: number): boolean;
}

export function createCanvas(): Canvas {
  const element = document.createElement('canvas');
  const context = element.getContext('2d')!;
  let [width, height, ratio] = [0, 0, 0];
  return {
    element,
    context,
    resize(newWidth, newHeight) {
      if (newWidth === width && newHeight === height && ratio === devicePixelRatio) return false;
      [width, height, ratio] = [newWidth, newHeight, devicePixelRatio];
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      return true;
    },
  };
}
