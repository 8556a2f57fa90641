/**
 * Many numbers as few bytes, to the last bit: each that is new in full, one that was there before by its place, whole
 * numbers and short decimals as such, and of a matrix that is nearly symmetric by how little its halves differ.
 */

/** What stands for a number: 0, a new one of the doubles, a whole number, a decimal, or a place among the doubles. */
const [ZERO, NEW, WHOLE, DECIMAL, PLACES] = [0, 1, 2, 3, 4] as const;
/** Decimals of four digits, as prices and shares often are. */
const TENTHS = 1e4;
const HALF_RANGE = 2 ** 31;
/** Bytes of a double that are like those of its neighbours: sign and most of the exponent. */
const LIKE = 1;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

export interface NumberBytes {
  /** What repeats itself; to be compressed. */
  readonly like: Uint8Array;
  /** What does not. */
  readonly noise: Uint8Array;
}

export class NumberWriter {
  private readonly doubles: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly codes: number[] = [];

  add(value: number): void {
    const scaled = Math.round(value * TENTHS);
    if (value === 0) this.code(ZERO);
    else if (isSmall(value)) this.code(WHOLE, unsigned(value));
    else if (scaled / TENTHS === value && isSmall(scaled)) this.code(DECIMAL, unsigned(scaled));
    else {
      const place = this.places.get(value);
      this.code(place === undefined ? NEW : PLACES + place);
      if (place !== undefined) return;
      this.places.set(value, this.doubles.length);
      this.doubles.push(value);
    }
  }

  addList(values: readonly number[]): void {
    const step = stepOf(values);
    this.code(2 * values.length + (step === null ? 0 : 1));
    if (step === null) for (const value of values) this.add(value);
    else {
      this.add(values[0]);
      this.add(step);
    }
  }

  /** @param values of a square matrix, row by row */
  addSquare(values: readonly number[]): void {
    const size = Math.sqrt(values.length);
    this.code(size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) this.add(values[i * size + j]);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < i; j++) {
        const apart = stepsApart(values[i * size + j], values[j * size + i]);
        this.code(apart === null ? 0 : 1 + unsigned(apart));
        if (apart === null) this.add(values[j * size + i]);
      }
  }

  bytes(): NumberBytes {
    const { doubles, codes } = this;
    const { length } = doubles;
    const plain = new Uint8Array(length * BYTES);
    const view = new DataView(plain.buffer);
    doubles.forEach((value, i) => view.setFloat64(i * BYTES, value));
    const planes = new Uint8Array(plain.length);
    for (let i = 0; i < length; i++)
      for (let byte = 0; byte < BYTES; byte++) planes[byte * length + i] = plain[i * BYTES + byte];
    const like = new Uint8Array(codes.length + LIKE * length);
    like.set(codes);
    like.set(planes.subarray(0, LIKE * length), codes.length);
    return { like, noise: planes.subarray(LIKE * length) };
  }

  /** Whole numbers from 0 on, seven bits a byte. */
  private code(...values: readonly number[]): void {
    for (const value of values) {
      let left = value;
      for (; left >= 128; left = Math.floor(left / 128)) this.codes.push((left % 128) + 128);
      this.codes.push(left);
    }
  }
}

/** Gives numbers back in the order in which they were added. */
export class NumberReader {
  private readonly doubles: DataView;
  private readonly codes: Uint8Array;
  private at = 0;
  private read: number[] = [];

  constructor({ like, noise }: NumberBytes) {
    const length = noise.length / (BYTES - LIKE);
    this.codes = like.subarray(0, like.length - LIKE * length);
    const planes = new Uint8Array(length * BYTES);
    planes.set(like.subarray(this.codes.length));
    planes.set(noise, LIKE * length);
    const plain = new Uint8Array(planes.length);
    for (let i = 0; i < length; i++)
      for (let byte = 0; byte < BYTES; byte++) plain[i * BYTES + byte] = planes[byte * length + i];
    this.doubles = new DataView(plain.buffer);
  }

  next(): number {
    const code = this.code();
    if (code === ZERO) return 0;
    if (code === WHOLE) return signed(this.code());
    if (code === DECIMAL) return signed(this.code()) / TENTHS;
    if (code !== NEW) return this.read[code - PLACES];
    const value = this.doubles.getFloat64(this.read.length * BYTES);
    this.read.push(value);
    return value;
  }

  nextList(): number[] {
    const code = this.code();
    const length = Math.floor(code / 2);
    if (code % 2 === 0) return Array.from({ length }, () => this.next());
    const [first, step] = [this.next(), this.next()];
    return Array.from({ length }, (_, i) => first + i * step);
  }

  nextSquare(): number[] {
    const size = this.code();
    const values = new Array<number>(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) values[i * size + j] = this.next();
    for (let i = 0; i < size; i++)
      for (let j = 0; j < i; j++) {
        const code = this.code();
        values[j * size + i] = code === 0 ? this.next() : stepped(values[i * size + j], signed(code - 1));
      }
    return values;
  }

  private code(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.codes[this.at++];
      if (byte === undefined) throw new RangeError('numbers are missing');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }
}

/** Of whole numbers one step apart, three or more; null of others. */
function stepOf(values: readonly number[]): number | null {
  if (values.length < 3 || !values.every((value) => Number.isInteger(value) && Math.abs(value) < HALF_RANGE))
    return null;
  const step = values[1] - values[0];
  return values.every((value, i) => value === values[0] + i * step) ? step : null;
}

function isSmall(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < HALF_RANGE;
}

function unsigned(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function signed(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

const words = new DataView(new ArrayBuffer(BYTES));

/** Doubles from one to the other; null where they differ by more than their lower half. */
function stepsApart(from: number, to: number): number | null {
  words.setFloat64(0, from);
  const [high, low] = [words.getUint32(0), words.getUint32(4)];
  words.setFloat64(0, to);
  return words.getUint32(0) === high ? words.getUint32(4) - low : null;
}

/** The double that lies so many after another. */
function stepped(from: number, steps: number): number {
  words.setFloat64(0, from);
  words.setUint32(4, words.getUint32(4) + steps);
  return words.getFloat64(0);
}
