/**
 * Adam (Kingma and Ba, arXiv:1412.6980) with decoupled decay of weights (Loshchilov and Hutter, arXiv:1711.05101). Used to
 * train networks; the rate is given with every step, as whoever trains lowers it.
 */
const FIRST = 0.9;
const SECOND = 0.999;
const EPSILON = 1e-8;

export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #firstLeft = 1;
  #secondLeft = 1;

  constructor(parameters: number) {
    this.#first = new Float64Array(parameters);
    this.#second = new Float64Array(parameters);
  }

  /** Moves `parameters` against `scale` times `gradient`, and clears `gradient`. */
  step(
    parameters: Float64Array,
    gradient: Float64Array,
    { rate, scale, decay }: { readonly rate: number; readonly scale: number; readonly decay: number },
  ): void {
    const [first, second] = [this.#first, this.#second];
    this.#firstLeft *= FIRST;
    this.#secondLeft *= SECOND;
    const firstScale = rate / (1 - this.#firstLeft);
    const secondScale = 1 / (1 - this.#secondLeft);
    const kept = 1 - rate * decay;
    for (let i = 0; i < parameters.length; i++) {
      const slope = (gradient[i] as number) * scale;
      const m = FIRST * (first[i] as number) + (1 - FIRST) * slope;
      const v = SECOND * (second[i] as number) + (1 - SECOND) * slope * slope;
      first[i] = m;
      second[i] = v;
      gradient[i] = 0;
      parameters[i] =
        (parameters[i] as number) * kept - (firstScale * m) / (Math.sqrt(v * secondScale) + EPSILON);
    }
  }
}
