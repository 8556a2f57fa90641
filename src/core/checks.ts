/**
 * What callers hand to core, checked once at its door. A value of the wrong type throws TypeError, one outside its
 * range RangeError; both name the argument and what must hold. Sums that leave the finite numbers later on end as
 * {@link NotFiniteError}.
 */

/** Arithmetic left the finite numbers: figures too large, too small or too far apart to be added. */
export class NotFiniteError extends RangeError {
  override readonly name = 'NotFiniteError';
}

/**
 * Draws of a rejection sampler before it gives up: each is accepted with a chance above ⅔, so that only broken figures
 * come here.
 */
export const MOST_DRAWS = 1_000;

/**
 * Day numbers within which calendars are defined (ECMA-262, time values: 100,000,000 days either side of 1970-01-01).
 */
export const LAST_DAY = 100_000_000;

/** A finite number in [low, high]. */
export function checkNumber(name: string, value: unknown, low = -Number.MAX_VALUE, high = Number.MAX_VALUE): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${kindOf(value)}`);
  if (!(value >= low && value <= high)) throw new RangeError(`${name} must be ${rangeText(low, high)}, got ${value}`);
}

/** A finite number above 0. */
export function checkPositive(name: string, value: unknown): void {
  checkNumber(name, value, Number.MIN_VALUE);
}

/** A whole number in [low, high]. */
export function checkWhole(
  name: string,
  value: unknown,
  low: number = Number.MIN_SAFE_INTEGER,
  high: number = Number.MAX_SAFE_INTEGER,
): void {
  checkNumber(name, value, low, high);
  if (!Number.isInteger(value)) throw new RangeError(`${name} must be a whole number, got ${value}`);
}

export function checkOneOf(name: string, value: unknown, values: readonly unknown[]): void {
  if (!values.includes(value))
    throw new RangeError(`${name} must be one of ${values.join(', ')}, got ${kindOf(value)}`);
}

export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a text, got ${kindOf(value)}`);
}

export function checkFlag(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, got ${kindOf(value)}`);
}

export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name} must be an object, got ${kindOf(value)}`);
}

/** An array of at least so many entries, without holes. */
export function checkList(name: string, value: unknown, least = 0): void {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${kindOf(value)}`);
  if (value.length < least) throw new RangeError(`${name} must have at least ${least} entries, got ${value.length}`);
  for (let i = 0; i < value.length; i++) if (!(i in value)) throw new RangeError(`${name}[${i}] is missing`);
}

/** An array of finite numbers of a length. @param like what the length is that of */
export function checkNumbers(name: string, value: unknown, length: number | null = null, like = ''): void {
  checkList(name, value);
  const list = value as readonly unknown[];
  if (length !== null && list.length !== length)
    throw new RangeError(`${name} must have ${length} entries${like && `, as ${like} has`}, got ${list.length}`);
  for (let i = 0; i < list.length; i++) checkNumber(`${name}[${i}]`, list[i]);
}

/** A typed array of a length. @param type its name, such as Float64Array; @param like what the length is that of */
export function checkColumn(name: string, value: unknown, type: string, length: number | null = null, like = ''): void {
  if (Object.prototype.toString.call(value) !== `[object ${type}]`)
    throw new TypeError(`${name} must be a ${type}, got ${kindOf(value)}`);
  const found = (value as Float64Array).length;
  if (length !== null && found !== length)
    throw new RangeError(`${name} must have ${length} entries, as ${like} has, got ${found}`);
}

/**
 * Throws at the first number within a value, at any depth, that is not finite. @param describe path → the error's text
 */
export function checkFinite(name: string, value: unknown, describe: (path: string) => Error): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw describe(name);
  } else if (value instanceof Float64Array) {
    const at = firstNotFinite(value);
    if (at >= 0) throw describe(`${name}[${at}]`);
  } else if (Array.isArray(value) || /Array\]$/.test(Object.prototype.toString.call(value))) {
    const list = value as ArrayLike<unknown>;
    for (let i = 0; i < list.length; i++) {
      const entry = list[i];
      // The usual entry first: covariances have thousands.
      if (typeof entry === 'number' && Number.isFinite(entry)) continue;
      checkFinite(`${name}[${i}]`, entry, describe);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) checkFinite(`${name}.${key}`, entry, describe);
  }
}

/** −1 where all are finite. A loop of its own: curves have a hundred thousand entries. */
function firstNotFinite(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/** The value, all of whose numbers are finite. @throws NotFiniteError naming the first that is not */
export function finite<T>(name: string, value: T): T {
  checkFinite(
    name,
    value,
    (path) =>
      new NotFiniteError(
        `${path} is not a finite number: the figures that it comes from are too large, too small or too far apart`,
      ),
  );
  return value;
}

function rangeText(low: number, high: number): string {
  if (low === Number.MIN_VALUE && high === Number.MAX_VALUE) return 'a finite number above 0';
  if (low === -Number.MAX_VALUE && high === Number.MAX_VALUE) return 'a finite number';
  return high === Number.MAX_VALUE ? `a finite number of at least ${low}` : `between ${low} and ${high}`;
}

/** What a value is, in a word or two: values themselves may be of any length. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return value.length <= 40 ? JSON.stringify(value) : 'a long text';
  return Array.isArray(value)
    ? 'an array'
    : typeof value === 'object'
      ? `an object (${Object.prototype.toString.call(value).slice(8, -1)})`
      : `a ${typeof value}`;
}
