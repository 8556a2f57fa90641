/** Who looks at the page and how: session, language, theme, and the words and formats that follow from them. */

import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Session } from '../contract/api.ts';
import { isLang, type Lang, type Scope } from '../core/vocabulary.ts';

import { type WebTranslate, webTranslator } from '../i18n/web-messages.ts';
import { setSender } from './api-client.ts';
import { loadLanguage } from './catalogue.ts';
import { type Formats, makeFormats } from './formats.ts';

export type Theme = 'light' | 'dark' | 'system';

interface Surroundings {
  readonly session: Session;
  readonly lang: Lang;
  readonly setLang: (lang: Lang) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
  /** What `theme` comes to now. */
  readonly dark: boolean;
  readonly t: WebTranslate;
  readonly f: Formats;
  /** This session may do what the scope names. */
  readonly may: (scope: Scope) => boolean;
}

const context = createContext<Surroundings>(null as unknown as Surroundings);

/** Reads and writes a choice of this browser; private windows may have no storage. */
function storedChoice(key: string): string | null {
  try {
    return localStorage.getItem(`demanda.${key}`);
  } catch {
    return null;
  }
}
function storeChoice(key: string, value: string): void {
  try {
    localStorage.setItem(`demanda.${key}`, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The language chosen in this browser, else the session's. */
export function firstLang(sessionLang: Lang): Lang {
  return storedLang() ?? sessionLang;
}

/** The language chosen in this browser; null where none was. */
export function storedLang(): Lang | null {
  const chosen = storedChoice('lang');
  return isLang(chosen) ? chosen : null;
}

function storedTheme(): Theme {
  const stored = storedChoice('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Before anything is drawn: a dark page must not flash white. */
export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function SessionProvider({
  session,
  children,
}: {
  readonly session: Session;
  readonly children: ComponentChildren;
}) {
  const [lang, chooseLang] = useState<Lang>(() => firstLang(session.lang));
  const [theme, chooseTheme] = useState<Theme>(storedTheme);
  const [systemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listen = (): void => setSystemDark(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  // Requests of this render's children carry the language already.
  setSender({ lang, csrf: session.csrfToken ?? '' });
  document.documentElement.lang = lang;
  const value = useMemo<Surroundings>(
    () => ({
      session,
      lang,
      setLang: (next) => {
        storeChoice('lang', next);
        loadLanguage(next).then(() => chooseLang(next));
      },
      theme,
      setTheme: (next) => {
        storeChoice('theme', next);
        applyTheme(next);
        chooseTheme(next);
      },
      dark: theme === 'dark' || (theme === 'system' && systemDark),
      t: webTranslator(lang),
      f: makeFormats(lang, session.currency),
      may: (scope) => session.scopes.includes(scope) || session.scopes.includes('admin'),
    }),
    [session, lang, theme, systemDark],
  );
  return <context.Provider value={value}>{children}</context.Provider>;
}

export function useSession(): Surroundings {
  return useContext(context);
}
