/**
 * The layout of weights. A matrix [inner × columns] lies in panels of 32 columns, each [inner × width] row-major, so
 * that eight vectors of four go down a panel side by side. The last panel is as narrow as multiples of 8 allow; its
 * columns behind the last one are 0 and stay 0.
 */
export const panelColumns: i32 = 32;

/** Width of the panel that begins with column `start`. */
// @ts-ignore: decorator
@inline
export function panelWidth(start: i32, columns: i32): i32 {
  return min(panelColumns, (columns - start + 7) & ~7);
}

/** Byte offset of the panel that begins with column `start`: all panels before it are full. */
// @ts-ignore: decorator
@inline
export function panelOffset(start: i32, inner: i32): usize {
  return (<usize>start * <usize>inner) << 2;
}
