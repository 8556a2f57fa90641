/** '3', '3-5' or '3,7', as numbers. @throws RangeError for anything else */
export function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    if (!Number.isInteger(first) || !Number.isInteger(last) || last < first) throw new RangeError(`seeds ${text}`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
