/** A box that scrolls by itself: reachable by keyboard, named for a screen reader. */

import type { ComponentChildren } from 'preact';

interface ScrollBoxProps {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function ScrollBox({ label, class: more = '', children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard could not scroll
    <section class={`table-wrap ${more}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
