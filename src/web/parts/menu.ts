/** Menus that open and close in place. */

/**
 * For the toggling of a menu: an open one closes when a click or the focus goes elsewhere, when one of its own is chosen,
 * and by Escape. Focus that was in it goes back to what opened it.
 */
export function closeOnLeave(event: Event): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.open) return;
  const summary = menu.querySelector('summary');
  const closed = new AbortController();
  const { signal } = closed;
  const close = (): void => {
    if (menu.contains(document.activeElement)) summary?.focus();
    menu.open = false;
  };
  menu.addEventListener('toggle', () => closed.abort(), { signal });
  const on = <Kind extends 'click' | 'focusin' | 'keydown'>(
    kind: Kind,
    leaves: (event: DocumentEventMap[Kind]) => boolean,
  ): void => document.addEventListener(kind, (other) => leaves(other) && close(), { signal });
  // A click on what opened it closes it by itself.
  on('click', ({ target }) => !summary?.contains(target as Node));
  on('focusin', ({ target }) => !menu.contains(target as Node));
  on('keydown', ({ key }) => key === 'Escape');
}
