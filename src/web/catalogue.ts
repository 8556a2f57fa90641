/**
 * The words of the language in use: stands in the dashboard's script for src/i18n/catalogue.ts, which carries every
 * language (scripts/build-web.ts sees to that). A language is here from when {@link loadLanguage} has brought it.
 */

import type { Lang } from '../core/vocabulary.ts';
import type * as every from '../i18n/catalogue.ts';
import { onReconnect, reportLost } from './connection.ts';

const LOAD = {
  es: () => import('../i18n/es/page.ts'),
  en: () => import('../i18n/en/page.ts'),
} satisfies Readonly<Record<Lang, () => Promise<unknown>>>;

export const WEB_WORDS = {} as { -readonly [lang in Lang]: (typeof every.WEB_WORDS)[lang] };
export const CHART_WORDS = {} as { -readonly [lang in Lang]: (typeof every.CHART_WORDS)[lang] };
export const READING_WORDS = {} as { -readonly [lang in Lang]: (typeof every.READING_WORDS)[lang] };
export const CODE_WORDS = {} as { -readonly [lang in Lang]: (typeof every.CODE_WORDS)[lang] };
export const GUARDRAIL_FIELDS = {} as { -readonly [lang in Lang]: (typeof every.GUARDRAIL_FIELDS)[lang] };
export const WATCH_WORDS = {} as { -readonly [lang in Lang]: (typeof every.WATCH_WORDS)[lang] };

/** @returns when its words are here: where the server does not answer, the page is loaded anew when it is back */
export async function loadLanguage(lang: Lang): Promise<void> {
  try {
    const words = await LOAD[lang]();
    WEB_WORDS[lang] = words.web;
    CHART_WORDS[lang] = words.charts;
    READING_WORDS[lang] = words.reading;
    CODE_WORDS[lang] = words.codes;
    GUARDRAIL_FIELDS[lang] = words.guardrailFields;
    WATCH_WORDS[lang] = words.watch;
  } catch {
    // A browser does not ask twice for a script that failed.
    reportLost();
    return new Promise<void>(() => {
      onReconnect(() => location.reload());
    });
  }
}

export function isLoaded(lang: Lang): boolean {
  return Object.hasOwn(WEB_WORDS, lang);
}
