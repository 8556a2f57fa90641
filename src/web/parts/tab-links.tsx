/** The parts of a page, one at a time, each with an address of its own. */

interface TabLinksProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly label: string; readonly href: string }[];
  readonly current: Name;
}

export function TabLinks<Name extends string>({ label, tabs, current }: TabLinksProps<Name>) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.name} href={tab.href} {...(tab.name === current && { 'aria-current': 'page' })}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
