/** How much room the columns of the overview need: amounts are never cut, so the widest of them decides. */

import { useMemo } from 'preact/hooks';
import type { OverviewRow } from '../../contract/api.ts';
import { useMedia } from '../parts/use-media.ts';
import { useSession } from '../session.tsx';

/** Pixels of the columns that no amount widens; of the others the least. */
const WIDTHS: Readonly<Record<string, number>> = {
  lastPrice: 152,
  recommendedPrice: 120,
  expectedGain: 92,
  probabilityBetter: 138,
  wape: 80,
  elasticity: 150,
  stage: 200,
};
const OTHER_WIDTH = 120;
/** The least of names. */
const PRODUCT = 170;
/** What stands beside an amount in its cell. */
const PADDING = 26;
/** How prices, recommended prices and gains are written in a line of the table. */
const FONTS = ['400 14.5px', '650 17px', '620 14.5px'] as const;
/** The widest price or gain that fits beside the others in a card on a narrow phone. */
const LONG = 100;
/** Up to this width the pages are those of a phone. */
const PHONE = 860;
/** Navigation, margins of the page and of the card, a scroll bar. */
const FRAME = 318;

/** Pixels of the widest amount with as many digits in this font, whichever the system has. */
function widthIn(font: string, amount: string): number {
  const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  pen.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(pen.measureText(amount.replace(/\d/g, '8')).width);
}

export interface Room {
  /** Pixels by column; the first takes what the others leave. */
  readonly widths: Readonly<Record<string, number>>;
  /** Too narrow for a line each: every row is a card. */
  readonly cards: boolean;
  /** Amounts stand below one another in a card. */
  readonly long: boolean;
  /** The drawing of the elasticity yields before names do. */
  readonly drawn: boolean;
}

export function useRoom(rows: readonly OverviewRow[], columns: readonly { readonly id: string }[]): Room {
  const { f } = useSession();
  // More rows of the same list lie in the same array.
  const amounts = useMemo(() => {
    let [highest, most] = [0, 0];
    for (const { lastPrice, currentPrice, recommendedPrice, expectedGain } of rows) {
      highest = Math.max(highest, lastPrice ?? currentPrice ?? 0, recommendedPrice ?? 0);
      most = Math.max(most, Math.abs(expectedGain ?? 0));
    }
    const texts = [f.price(highest), f.price(highest), f.gain(most)];
    const [lastPrice, recommendedPrice, expectedGain] = texts.map((text, i) => widthIn(FONTS[i] as string, text));
    return { lastPrice, recommendedPrice, expectedGain } as Record<string, number>;
  }, [rows, rows.length, f]);
  const widths: Record<string, number> = {};
  for (const { id } of columns)
    if (id !== 'product') widths[id] = Math.max(WIDTHS[id] ?? OTHER_WIDTH, (amounts[id] ?? 0) + PADDING);
  const needed = Object.values(widths).reduce((sum, width) => sum + width, FRAME + PRODUCT);
  const drawing = widths.elasticity ?? 0;
  const drawn = useMedia(`(min-width: ${needed}px)`);
  const roomy = useMedia(`(min-width: ${Math.max(PHONE + 1, needed - drawing)}px)`);
  return { widths, cards: !roomy, long: Math.max(...Object.values(amounts)) > LONG, drawn };
}
