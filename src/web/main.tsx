/** The dashboard's entry: signs in with the link's token, then shows the app. */

import { render } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Session } from '../contract/api.ts';
import { webTranslator } from '../i18n/web-messages.ts';
import { ApiProblem, getJson, onSignedOut, sendJson } from './api-client.ts';
import { App } from './app.tsx';
import { isLoaded, loadLanguage } from './catalogue.ts';
import { onReconnect } from './connection.ts';
import { applyTheme, firstLang, SessionProvider, storedLang } from './session.tsx';
import { SignIn } from './sign-in.tsx';

/** Signs in with the token of a one-time link, and takes it out of the address and the browser's history. */
async function signInByLink(): Promise<ApiProblem | null> {
  const address = new URL(location.href);
  const token = address.searchParams.get('token');
  if (token === null) return null;
  address.searchParams.delete('token');
  history.replaceState(null, '', address.pathname + address.search);
  try {
    await sendJson('POST', '/api/session', { token });
    return null;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
}

// A language that was chosen here is asked for at once, beside the session.
const chosen = storedLang();
if (chosen !== null) loadLanguage(chosen);

function Start() {
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const load = useCallback(async () => {
    try {
      const session = await getJson<Session>('/api/session');
      await loadLanguage(firstLang(session.lang));
      setSession(session);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }, []);
  useEffect(() => {
    signInByLink().then((refused) => {
      setProblem(refused);
      load();
    });
    onSignedOut(load);
    return onReconnect(load);
  }, []);
  if (session === null)
    return problem?.status === 0 && isLoaded(firstLang('es')) ? (
      <p class="page lead">{webTranslator(firstLang('es'))('unreachable')}</p>
    ) : null;
  return (
    <SessionProvider session={session}>
      {session.signedIn ? (
        <App />
      ) : (
        <SignIn
          problem={problem}
          onDone={() => {
            setProblem(null);
            load();
          }}
        />
      )}
    </SessionProvider>
  );
}

applyTheme();
render(<Start />, document.getElementById('app') as HTMLElement);
