/** Which rows of a long list the window shows: only those are drawn. */

import { observeWindowOffset, observeWindowRect, Virtualizer, windowScroll } from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface ShownRows {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  /** Heights that stand for the rows before and after, in pixels. */
  readonly before: number;
  readonly after: number;
  readonly scrollToRow: (index: number) => void;
}

const OVERSCAN = 12;

/**
 * @param top distance of the list from the top of the document, in pixels @param rowHeight the same for all rows, in
 * pixels
 */
export function useVirtualRows(count: number, rowHeight: number, top: number): ShownRows {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [virtualizer] = useState(
    () =>
      new Virtualizer<Window, Element>({
        count,
        getScrollElement: () => window,
        estimateSize: () => rowHeight,
        scrollToFn: windowScroll,
        observeElementRect: observeWindowRect,
        observeElementOffset: observeWindowOffset,
        initialRect: { width: window.innerWidth, height: window.innerHeight },
        overscan: OVERSCAN,
        scrollMargin: top,
      }),
  );
  virtualizer.setOptions({
    ...virtualizer.options,
    count,
    estimateSize: () => rowHeight,
    scrollMargin: top,
    onChange: () => redraw(0),
  });
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  return {
    first,
    end,
    before: first * rowHeight,
    after: Math.max(0, count - end) * rowHeight,
    scrollToRow: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}
