/** A search field that waits for a pause in typing; "/" puts the cursor into it, the arrow down into the list. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

const PAUSE_MS = 180;

/** The arrow down leads from the search into the list that it searches: that of its section, or of the page. */
function intoList(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown') return;
  const around = (event.currentTarget as HTMLElement).closest('section, main');
  const link = around?.querySelector<HTMLElement>('tbody tr:not(.spacer) a');
  if (!link) return;
  event.preventDefault();
  link.focus();
}

export function SearchBox({
  value,
  label,
  onSearch,
}: {
  readonly value: string;
  readonly label: string;
  readonly onSearch: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(value);
  useEffect(() => {
    // Somebody else changed the search (a saved view, the Back button).
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const inField = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
      // Of several the first.
      const isFirst = document.querySelector('.search .input') === field.current;
      if (event.key !== '/' || inField || !isFirst || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={field}
        class="input"
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={intoList}
      />
    </div>
  );
}
