import { describe, expect, it } from 'vitest';
import { LANGS, type Lang } from '../../src/core/vocabulary.ts';
import { CHART_WORDS, CLI_WORDS, READING_WORDS, WEB_WORDS } from '../../src/i18n/catalogue.ts';
import { translator } from '../../src/i18n/messages.ts';
import { webTranslator } from '../../src/i18n/web-messages.ts';

/** Parameters that count nothing: names and numbers of things, and figures whose words stay in the plural. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  ...['rate', 'value', 'gain', 'points', 'least'],
  ...['line', 'place', 'run', 'product', 'name', 'file', 'merchant', 'from', 'iteration'],
]);

/** Words in -s that are no plurals. */
const SINGULAR: Readonly<Record<Lang, RegExp>> = {
  es: /^(más|menos|tras|es|desde|las|los|sus|antes|después)$/,
  en: /^(is|was|has|as|its|this|less|else|us|always|goes|says|sells|begins|needs|mends|takes|puts|means|stands|names)$/,
};

/** The words that stand behind a count up to a mark: where one of them is a plural it must have a singular too. */
function countedWords(text: string, parameter: string, lang: Lang): string[] {
  const [, after = ''] = new RegExp(`\\{${parameter}\\}((?: \\p{L}+)+)`, 'u').exec(text) ?? [];
  const words = after.trim().split(' ');
  const preposition = words.findIndex((word) =>
    /^(de|con|sin|en|a|por|para|of|with|without|in|at|to|by|from|on|or|and|y|o)$/.test(word),
  );
  // In Spanish the noun comes first, in English behind what it is called.
  const near = words.slice(0, preposition < 0 ? undefined : preposition).slice(0, lang === 'es' ? 1 : 3);
  return near.filter((word) => /\p{L}{2}s$/u.test(word) && !SINGULAR[lang].test(word));
}

/** The messages whose noun is the same of one and of two. */
function unchanging(
  words: Readonly<Record<string, string>>,
  say: (key: never, parameters: Readonly<Record<string, number>>) => string,
  lang: Lang,
): { readonly counted: number; readonly wrong: readonly string[] } {
  let counted = 0;
  const wrong: string[] = [];
  for (const [key, text] of Object.entries(words)) {
    const parameters = [...new Set([...text.matchAll(/\{(\w+)[|}]/g)].map((found) => found[1] as string))];
    for (const parameter of parameters) {
      const tells = text.includes(`{${parameter}|`);
      const plurals = tells ? [] : countedWords(text, parameter, lang);
      if (UNCOUNTED.has(parameter) || (!tells && plurals.length === 0)) continue;
      counted++;
      const [one, two] = [1, 2].map((value) => {
        const all = Object.fromEntries(parameters.map((name) => [name, name === parameter ? value : 7]));
        return say(key as never, all).replaceAll(String(value), '#');
      });
      if (one === two) wrong.push(`${key}: ${text}`);
    }
  }
  return { counted, wrong };
}

describe.each(LANGS)('in %s, what is counted is one thing or several', (lang) => {
  it('in every message of the dashboard', () => {
    const { counted, wrong } = unchanging(WEB_WORDS[lang], webTranslator(lang), lang);
    expect(counted).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
  it('in every message of the command line', () => {
    const { counted, wrong } = unchanging(CLI_WORDS[lang], translator(lang), lang);
    expect(counted).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
  it('in the words of charts and of how a file was read', () => {
    const say = (words: Readonly<Record<string, string>>) => (key: never) => words[key] as string;
    for (const words of [CHART_WORDS[lang], READING_WORDS[lang]]) {
      const plain = Object.fromEntries(Object.entries(words).filter(([, text]) => !/\{\w+\|/.test(text)));
      expect(unchanging(plain, say(plain), lang).wrong).toEqual([]);
    }
  });
});

it('the test knows a plural that has no singular, and one that has', () => {
  const words = { bad: '{n} productos nuevos', good: '{n} {n|producto|productos}', other: '{n} de ellos' };
  const say = (key: never, { n }: Readonly<Record<string, number>>): string =>
    (words[key] as string).replace(/\{n\|(\w+)\|(\w+)\}/, n === 1 ? '$1' : '$2').replace('{n}', String(n));
  expect(unchanging(words, say, 'es')).toEqual({ counted: 2, wrong: ['bad: {n} productos nuevos'] });
});
