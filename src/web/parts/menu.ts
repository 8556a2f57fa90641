/** Menus that open and close in place. */

/** An open menu closes when the focus or a click goes elsewhere. */
export function closeOnLeave(event: Event): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.open) return;
  const close = (other: Event): void => {
    if (other.type !== 'keydown' && menu.contains(other.target as Node) && (other.target as Element).closest('summary'))
      return;
    if (other instanceof KeyboardEvent && other.key !== 'Escape') return;
    menu.open = false;
    for (const type of ['click', 'keydown']) document.removeEventListener(type, close);
  };
  for (const type of ['click', 'keydown']) document.addEventListener(type, close);
}
