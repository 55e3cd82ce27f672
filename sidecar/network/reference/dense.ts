/** The size of a layer with weights [units × inputs] and bias [units]. */
export interface DenseShape {
  readonly inputs: number;
  readonly units: number;
}

/** z = x Wᵀ + b. @param x [rows × inputs] @param weight [units × inputs] @param z [rows × units], not x */
export function denseForward(
  {inputs, units}: DenseShape,
  weight: Float64Array,
  bias: Float64Array,
  x: Float64Array,
  rows: number,
  z: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += weight[unit * inputs + i]! * x[row * inputs + i]!;
      z[row * units + unit] = sum + bias[unit]!;
    }
  }
}

/** dWeight = dZᵀ x, dBias = the sum of dZ over the rows, dX = dZ W. @param dX [rows × inputs], or null if not needed */
export function denseBackward(
  {inputs, units}: DenseShape,
  weight: Float64Array,
  x: Float64Array,
  dZ: Float64Array,
  rows: number,
  dWeight: Float64Array,
  dBias: Float64Array,
  dX: Float64Array | null,
): void {
  dWeight.fill(0);
  dBias.fill(0);
  dX?.fill(0, 0, rows * inputs);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const d = dZ[row * units + unit]!;
      dBias[unit]! += d;
      for (let i = 0; i < inputs; i++) dWeight[unit * inputs + i]! += d * x[row * inputs + i]!;
      if (dX) for (let i = 0; i < inputs; i++) dX[row * inputs + i]! += d * weight[unit * inputs + i]!;
    }
  }
}
