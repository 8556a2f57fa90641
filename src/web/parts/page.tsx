/** The frame of one page: its title, which the browser and a screen reader learn too, and its actions. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PageProps {
  readonly title: string;
  /** What the heading shows where it is more than the title. */
  readonly heading?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly crumbs?: readonly { readonly href: string; readonly label: string }[];
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The first page of a visit takes no focus: only a change of page does, so that its reader starts at its top. */
let visited = false;

export function Page({ title, heading, lead, crumbs, actions, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · demanda`;
  }, [title]);
  useEffect(() => {
    if (visited) head.current?.focus({ preventScroll: true });
    visited = true;
  }, []);
  return (
    <div class="page-inner fade-in">
      <header class="page-head">
        <div>
          {crumbs && (
            <nav class="crumbs" aria-label={title}>
              {crumbs.map(({ href, label }, i) => (
                <span key={href}>
                  {i > 0 && '/ '}
                  <a href={href}>{label}</a>
                </span>
              ))}
            </nav>
          )}
          <h1 tabIndex={-1} ref={head}>
            {heading ?? title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
