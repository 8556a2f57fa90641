/** Keys for other programs and other people: what each may do, for which shop; shown once, revoked at once. */

import { useState } from 'preact/hooks';
import type { ApiKey, MadeKey, OverviewSummary, Scope } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { Select } from '../parts/select.tsx';
import { Note, ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';

const SCOPES: readonly { readonly scope: Scope; readonly label: WebKey }[] = [
  { scope: 'read', label: 'scopeRead' },
  { scope: 'train', label: 'scopeTrain' },
  { scope: 'approve', label: 'scopeApprove' },
  { scope: 'admin', label: 'scopeAdmin' },
];

export function KeysSection() {
  const { t, f } = useSession();
  const keys = useResource<{ readonly items: readonly ApiKey[] }>('/api/keys');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);

  async function revoke(key: ApiKey): Promise<void> {
    try {
      await sendJson('DELETE', apiPath('keys', key.id));
      showToast(t('keyRevoked', { name: key.name }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    keys.reload();
  }
  if (keys.problem) return <ProblemNote problem={keys.problem} retry={keys.reload} />;
  return (
    <section class="stack">
      <div class="row between">
        <p class="muted">
          {t('keysLead')} <a href="/openapi.json">/openapi.json</a>
        </p>
        <button type="button" class="button primary" onClick={() => setMaking(true)}>
          <Icon name="key" />
          {t('keyNew')}
        </button>
      </div>
      {made && (
        <Note icon="key">
          <div class="stack tight">
            <p>{t('keyShownOnce', { name: made.apiKey.name })}</p>
            <div class="row">
              <code class="key">{made.key}</code>
              <button
                type="button"
                class="button small"
                onClick={() => {
                  navigator.clipboard.writeText(made.key).then(() => showToast(t('copied')));
                }}
              >
                {t('copy')}
              </button>
              <button type="button" class="button quiet small" onClick={() => setMade(null)}>
                {t('hide')}
              </button>
            </div>
          </div>
        </Note>
      )}
      {keys.loading && <Skeleton lines={3} />}
      {keys.data && (
        <div class="card table-wrap">
          {keys.data.items.length === 0 ? (
            <p class="muted pad">{t('keysNone')}</p>
          ) : (
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('name')}</th>
                  <th scope="col">{t('key')}</th>
                  <th scope="col">{t('mayDo')}</th>
                  <th scope="col">{t('merchant')}</th>
                  <th scope="col">{t('created')}</th>
                  <th scope="col">
                    <span class="hidden-text">{t('actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.data.items.map((key) => (
                  <tr key={key.id}>
                    <td class="strong">{key.name}</td>
                    <td>
                      <code>{key.prefix}…</code>
                    </td>
                    <td>{key.scopes.map((scope) => t(SCOPES.find((known) => known.scope === scope)?.label ?? 'scopeRead')).join(', ')}</td>
                    <td>{key.merchant ?? t('allMerchants')}</td>
                    <td class="nowrap">{f.date(key.createdAt)}</td>
                    <td class="num">
                      {key.revokedAt === null ? (
                        <button type="button" class="button small danger" onClick={() => setRevoking(key)}>
                          {t('revoke')}
                        </button>
                      ) : (
                        <span class="badge">{t('revoked')}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
      {making && (
        <KeyDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMade(key);
            keys.reload();
          }}
        />
      )}
      {revoking && (
        <Dialog
          title={t('revokeTitle', { name: revoking.name })}
          onClose={() => setRevoking(null)}
          onSubmit={() => {
            revoke(revoking);
            setRevoking(null);
          }}
          submit={t('revoke')}
        >
          <p>{t('revokeLead')}</p>
        </Dialog>
      )}
    </section>
  );
}

function KeyDialog({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (key: MadeKey) => void }) {
  const { t } = useSession();
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [merchant, setMerchant] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  async function make(): Promise<void> {
    try {
      onMade(await sendJson<MadeKey>('POST', '/api/keys', { name: name.trim(), scopes, merchant: merchant === '' ? null : merchant }));
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return (
    <Dialog title={t('keyNew')} onClose={onClose} onSubmit={make} submit={t('keyMake')} disabled={name.trim() === '' || scopes.length === 0}>
      {problem && <ProblemNote problem={problem} />}
      <label class="field">
        <span>{t('keyName')}</span>
        <input class="input" required maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <span class="hint">{t('keyNameHint')}</span>
      </label>
      <fieldset class="stack tight">
        <legend class="legend">{t('mayDo')}</legend>
        {SCOPES.map(({ scope, label }) => (
          <label class="check" key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={() => setScopes(scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope])}
            />
            {t(label)}
          </label>
        ))}
      </fieldset>
      <Select
        labelled
        label={t('merchant')}
        value={merchant}
        choices={[{ value: '', label: t('allMerchants') }, ...(summary.data?.merchants ?? []).map((value) => ({ value, label: value }))]}
        onChoose={setMerchant}
      />
    </Dialog>
  );
}
