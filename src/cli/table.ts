/** Plain tables for the terminal: columns padded to their widest cell, numbers to the right. */

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((c, j) => Math.max(width(c.title), ...rows.map((r) => width(r[j] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, j) => {
        const pad = ' '.repeat((widths[j] as number) - width(cell));
        return columns[j]?.right ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((c) => c.title)), widths.map((w) => '─'.repeat(w)).join('  '), ...rows.map(line)].join('\n');
}

/** Terminal columns of a text: wide (East Asian) characters take two. */
function width(text: string): number {
  let sum = 0;
  for (const char of text) sum += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1;
  return sum;
}
