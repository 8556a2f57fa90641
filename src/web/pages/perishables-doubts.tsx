/** What is said beside orders, markdowns and stock: each thing once, of all products that it is true of. */

import type { OrderItem } from '../../contract/stock.ts';
import type { ReasonCode, StockNote } from '../../core/vocabulary.ts';
import { codeWords, reasonWord } from '../../i18n/code-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { capital } from '../formats.ts';
import { reasonPlace } from '../parts/reason.tsx';
import { useSession } from '../session.tsx';

type Doubtful = Pick<OrderItem, 'merchant' | 'product' | 'notes'> & { readonly reasons?: OrderItem['reasons'] };

/** Notes that a count of stock answers. */
const BY_COUNT: ReadonlySet<StockNote> = new Set([
  'STOCK_UNKNOWN',
  'STOCK_OLD',
  'EXPIRY_UNTOLD',
  'NO_EXPIRY',
  'DELIVERY_OF_SHOP',
]);

/** Products that are named of one doubt; the others are counted. */
const NAMED = 6;

export function Doubts({ items }: { readonly items: readonly Doubtful[] }) {
  const { t, lang, session } = useSession();
  const words = codeWords(lang);
  const reasons = grouped(items, ({ reasons: own = [] }) => own);
  const notes = grouped(items, ({ notes: own }) => own);
  if (reasons.size + notes.size === 0) return null;
  return (
    <ul class="plain-list pad small">
      {[...reasons].map(([code, of]) => (
        <li key={code}>
          <b>{namesOf(of, t)}</b>: {reasonWord(code, {}, session.currency, lang)}. {capital(words.reasonAdvice[code])}.{' '}
          <Place place={reasonPlace(code, of[0] as Doubtful)} />
        </li>
      ))}
      {[...notes].map(([code, of]) => (
        <li key={code}>
          <b>{namesOf(of, t)}</b>: {words.stockNotes[code]}.{' '}
          {BY_COUNT.has(code) && <Place place={{ label: 'shelfImport', href: '/data' }} />}
        </li>
      ))}
    </ul>
  );
}

function Place({ place }: { readonly place: { readonly label: WebKey; readonly href: string } | null }) {
  const { t } = useSession();
  return (
    place && (
      <a class="in-text" href={place.href}>
        {t(place.label)}
      </a>
    )
  );
}

function grouped<Code extends ReasonCode | StockNote>(
  items: readonly Doubtful[],
  codesOf: (item: Doubtful) => readonly Code[],
): Map<Code, Doubtful[]> {
  const groups = new Map<Code, Doubtful[]>();
  for (const item of items) for (const code of codesOf(item)) groups.set(code, [...(groups.get(code) ?? []), item]);
  return groups;
}

function namesOf(items: readonly Doubtful[], t: ReturnType<typeof useSession>['t']): string {
  const names = items.slice(0, NAMED).map(({ product }) => product);
  return items.length > NAMED
    ? t('shelfNamesMore', { names: names.join(', '), count: items.length - NAMED })
    : names.join(', ');
}
