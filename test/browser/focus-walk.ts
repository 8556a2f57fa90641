/** A page as who has no pointer meets it: Tab after Tab, where the focus is and whether that is seen. */

import type { Page } from 'playwright-core';

interface Focused {
  /** Null: the focus has left the page's elements. */
  readonly key: number | null;
  readonly name: string;
  /** Tab goes through parts of it. */
  readonly hasParts: boolean;
  readonly faults: readonly string[];
}

/**
 * Presses Tab from the top of the page. @param most presses
 *
 * @returns elements that take the focus and are not seen, show no ring, lie under something else or keep the focus
 */
export async function focusFaults(page: Page, most: number): Promise<string[]> {
  const found = new Set<string>();
  const met: number[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const { key, name, hasParts, faults } = await page.evaluate(focused);
    if (key === null || (key === met[0] && met.length > 1)) return [...found];
    for (const fault of faults) found.add(`${fault}: ${name}`);
    if (met.includes(key) && !(hasParts && met.at(-1) === key)) return [...found, `focus goes back to: ${name}`];
    met.push(key);
  }
  if (met.length === 0) found.add('Tab reaches nothing');
  return [...found];
}

/** Runs in the page. */
function focused(): Focused {
  const element = document.activeElement as HTMLElement | SVGElement | null;
  if (element === null || element === document.body) return { key: null, name: '', hasParts: false, faults: [] };
  const keys = globalThis as unknown as { focusKeys?: WeakMap<Element, number>; focusCount?: number };
  keys.focusKeys ??= new WeakMap();
  keys.focusCount ??= 0;
  if (!keys.focusKeys.has(element)) keys.focusKeys.set(element, keys.focusCount++);
  const style = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const faults: string[] = [];
  if (width < 1 || height < 1) faults.push('focus without a box');
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) faults.push('focus not seen');
  if (style.outlineStyle === 'none' || Number.parseFloat(style.outlineWidth) < 1) faults.push('focus without a ring');
  // WCAG 2.2, 2.4.11: not all of it is hidden by what lies over the page.
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + x * width, top + y * height]));
  const isOpen = points.some(([x = 0, y = 0]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element));
  });
  if (!isOpen) faults.push('focus covered');
  const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40);
  return {
    key: keys.focusKeys.get(element) as number,
    name: `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${text}”`,
    hasParts: element.matches('input[type=date], input[type=time], input[type=month]'),
    faults,
  };
}
