/** What the page of promotions asks for: a shop and the rules of its calendar, and the server's answer. */

import { useEffect, useState } from 'preact/hooks';
import type { PromotionsDocument } from '../../contract/promotions.ts';
import { typedWhole } from '../../contract/typed-number.ts';
import { ApiProblem, sendJson } from '../api-client.ts';

interface PromotionsAsked {
  readonly merchant: string;
  readonly calendar: true;
  readonly weeks?: number;
  readonly mostAtOnce?: number;
}

/** @param query of the address; what is no number is left out */
export function promotionsAsked(
  merchant: string,
  { weeks, once }: Readonly<Record<string, string | undefined>>,
): PromotionsAsked {
  const [asked, most] = [typedWhole(weeks ?? ''), typedWhole(once ?? '')];
  return {
    ...{ merchant, calendar: true },
    ...(asked >= 1 && { weeks: asked }),
    ...(most >= 1 && { mostAtOnce: most }),
  };
}

interface Answer {
  readonly key: string;
  readonly document: PromotionsDocument | null;
  readonly problem: ApiProblem | null;
}

export function usePromotions(asked: PromotionsAsked) {
  const [answer, setAnswer] = useState<Answer>({ key: '', document: null, problem: null });
  const [again, setAgain] = useState(0);
  const key = JSON.stringify([again, asked]);
  useEffect(() => {
    let gone = false;
    const take = (found: Omit<Answer, 'key'>): void => {
      if (!gone) setAnswer({ key, ...found });
    };
    sendJson<PromotionsDocument>('POST', '/api/promotions', asked).then(
      (document) => take({ document, problem: null }),
      (error) => {
        if (!(error instanceof ApiProblem)) throw error;
        take({ document: null, problem: error });
      },
    );
    return () => {
      gone = true;
    };
  }, [key]);
  return { ...answer, busy: answer.key !== key, reload: () => setAgain(again + 1) };
}
