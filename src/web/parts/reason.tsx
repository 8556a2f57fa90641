/** A reason for doubt about a price: what it is, what to do about it, and where. */

import type { CellName } from '../../contract/cell-name.ts';
import type { CellView } from '../../contract/documents.ts';
import type { ReasonCode } from '../../core/vocabulary.ts';
import { codeWords, reasonWord } from '../../i18n/code-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { withQuery } from '../api-client.ts';
import { capital } from '../formats.ts';
import { useSession } from '../session.tsx';

type Place = readonly [label: WebKey, href: (cell: CellName) => string];

const testsOf = ({ merchant, product }: CellName): string => withQuery('/tests', { merchant, product });
const TEST: Place = ['goTest', testsOf];
const DATA: Place = ['navData', () => '/data'];
const OUTCOMES: Place = ['navOutcomes', () => '/outcomes'];

/** Where something can be done about it on these pages. */
const PLACES: Partial<Readonly<Record<ReasonCode, Place>>> = {
  TOO_FEW_SALES: DATA,
  UNDER_TEST: ['goRunningTest', testsOf],
  NO_PRICE_VARIATION: TEST,
  PRICE_IS_SEASON: TEST,
  PROMO_CONFOUNDED: TEST,
  MIX_NOT_PRICE: TEST,
  PRICE_ENDOGENOUS: TEST,
  WEAK_INSTRUMENT: TEST,
  WRONG_SIGN: TEST,
  SOLD_OUT_SUSPECTED: DATA,
  ELASTICITY_TOO_WIDE: TEST,
  STEP_TOWARDS: OUTCOMES,
  STEP_UNCONFIRMED: TEST,
  NO_COST: DATA,
  ZERO_COST: DATA,
  STALE_COST: DATA,
  VALUE_HELD: DATA,
  NOT_CONVERGED: ['navTrain', () => '/train'],
  GAIN_UNCERTAIN: TEST,
  GUARDRAILS_CONFLICT: ['guardrails', () => '/settings?section=guardrails'],
};

/** Where something can be done about a reason of a product; null: nowhere on these pages. */
export function reasonPlace(
  code: ReasonCode,
  cell: CellName,
): { readonly label: WebKey; readonly href: string } | null {
  const place = PLACES[code];
  return place === undefined ? null : { label: place[0], href: place[1](cell) };
}

interface ReasonProps {
  readonly code: ReasonCode;
  readonly recommendation: CellView['recommendation'];
}

/** @returns undefined where an earlier reason leads there already, and for another test beside one that runs */
function placeOf(code: ReasonCode, { reasons }: Pick<CellView['recommendation'], 'reasons'>): Place | undefined {
  const place = PLACES[code];
  if (place === TEST && reasons.includes('UNDER_TEST')) return undefined;
  return reasons.find((reason) => PLACES[reason] === place) === code ? place : undefined;
}

export function Reason({ code, recommendation }: ReasonProps) {
  const { lang, session } = useSession();
  return (
    <>
      {capital(reasonWord(code, recommendation, session.currency, lang))}.{' '}
      <Advice code={code} recommendation={recommendation} />
    </>
  );
}

/** What to do about it, and where. */
export function Advice({ code, recommendation }: ReasonProps) {
  const { t, lang } = useSession();
  const [label, href] = placeOf(code, recommendation) ?? [];
  return (
    <>
      {capital(codeWords(lang).reasonAdvice[code])}.{' '}
      {label && href && (
        <a class="in-text" href={href(recommendation)}>
          {t(label)}
        </a>
      )}
    </>
  );
}
