/** A cell of a table whose rows are cards on a phone: there its head stands beside it. */

import type { ComponentChildren } from 'preact';

export function OnPhone({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <>
      <span class="phone-only muted">{label} </span>
      {children}
    </>
  );
}
