/** The door: without a session, a page that takes an access key or the token of a link. */

import { useState } from 'preact/hooks';
import { ApiProblem, sendJson } from './api-client.ts';
import { ProblemNote } from './parts/states.tsx';
import { useSession } from './session.tsx';

export function SignIn({
  problem: first,
  onDone,
}: {
  readonly problem: ApiProblem | null;
  readonly onDone: () => void;
}) {
  const { t } = useSession();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState(first);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    try {
      await sendJson('POST', '/api/session', { token: token.trim() });
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return (
    <main class="door">
      <form class="card pad stack" onSubmit={submit}>
        <h1>{t('signInTitle')}</h1>
        <p class="muted">{t('signInLead')}</p>
        {problem && <ProblemNote problem={problem} />}
        <label class="field">
          <span>{t('signInKey')}</span>
          <input
            class="input"
            type="password"
            autocomplete="off"
            required
            minLength={8}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary">
          {t('signInSubmit')}
        </button>
      </form>
    </main>
  );
}
