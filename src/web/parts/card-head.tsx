/** The head of a card: what it is, one sentence about it, and its controls. */

import type { ComponentChildren } from 'preact';

interface CardHeadProps {
  readonly title: string;
  readonly lead: string;
  readonly children?: ComponentChildren;
}

export function CardHead({ title, lead, children }: CardHeadProps) {
  return (
    <div class="card-head">
      <div>
        <h2>{title}</h2>
        <p class="muted small">{lead}</p>
      </div>
      {children}
    </div>
  );
}
