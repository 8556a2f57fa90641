/** Keys for other programs and other people: what each may do, for which shop; shown once, revoked at once. */

import { useState } from 'preact/hooks';
import type { ApiKey, MadeKey, OverviewSummary } from '../../contract/api.ts';
import { SCOPES, type Scope } from '../../core/vocabulary.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { useListView } from '../parts/list-view.tsx';
import { Select } from '../parts/select.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';

const SCOPE_WORDS: Readonly<Record<Scope, WebKey>> = {
  read: 'scopeRead',
  train: 'scopeTrain',
  approve: 'scopeApprove',
  admin: 'scopeAdmin',
};

export function KeysSection() {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  const keys = useResource<{ readonly items: readonly ApiKey[] }>('/api/keys');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);

  async function revoke(key: ApiKey): Promise<void> {
    try {
      await sendJson('DELETE', apiPath('keys', key.id));
      showToast(t('keyRevoked', { name: key.name }));
    } catch (error) {
      tellProblem(error);
    }
    keys.reload();
  }
  if (keys.problem) return <ProblemNote problem={keys.problem} retry={keys.reload} />;
  return (
    <section class="stack">
      <KeysHead onNew={() => setMaking(true)} />
      {made && <MadeKeyNote made={made} onHide={() => setMade(null)} />}
      {keys.loading && <Skeleton lines={3} />}
      {keys.data && (
        <div class="card table-wrap">
          {keys.data.items.length === 0 ? (
            <p class="muted pad">{t('keysNone')}</p>
          ) : (
            <KeyTable keys={keys.data.items} onRevoke={setRevoking} />
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

function KeysHead({ onNew }: { readonly onNew: () => void }) {
  const { t } = useSession();
  return (
    <div class="row between">
      <p class="muted">
        {t('keysLead')} <a href="/openapi.json">/openapi.json</a>
      </p>
      <button type="button" class="button primary" onClick={onNew}>
        <Icon name="key" />
        {t('keyNew')}
      </button>
    </div>
  );
}

/** The key itself, which nobody can read again. */
function MadeKeyNote({ made, onHide }: { readonly made: MadeKey; readonly onHide: () => void }) {
  const { t } = useSession();
  return (
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
          <button type="button" class="button quiet small" onClick={onHide}>
            {t('hide')}
          </button>
        </div>
      </div>
    </Note>
  );
}

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly onRevoke: (key: ApiKey) => void;
}

function KeyTable({ keys, onRevoke }: KeyTableProps) {
  const { t, f, lang } = useSession();
  const scopeWord = (scope: Scope): string => t(SCOPE_WORDS[scope]);
  const columns: readonly Column<ApiKey>[] = [
    { id: 'name', head: t('name'), cellClass: 'strong', sortBy: ({ name }) => name, cell: ({ name }) => name },
    { id: 'key', head: t('key'), cell: ({ prefix }) => <code>{prefix}…</code> },
    { id: 'mayDo', head: t('mayDo'), cell: ({ scopes }) => scopes.map(scopeWord).join(', ') },
    {
      id: 'merchant',
      head: t('merchant'),
      sortBy: ({ merchant }) => merchant,
      cell: ({ merchant }) => merchant ?? t('allMerchants'),
    },
    {
      id: 'created',
      head: t('created'),
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt, createdBy, createdByName }) => (
        <>
          <span class="nowrap">{f.date(createdAt)}</span>
          <br />
          <small class="muted">{actorWords(createdBy, createdByName, lang)}</small>
        </>
      ),
    },
    {
      id: 'expires',
      head: t('expires'),
      sortBy: ({ expiresAt }) => expiresAt,
      cellClass: 'nowrap',
      cell: ({ expiresAt }) => (expiresAt === null ? '–' : f.date(expiresAt)),
    },
    {
      id: 'actions',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: (key) => <KeyActions apiKey={key} onRevoke={onRevoke} />,
    },
  ];
  const view = useListView({
    rows: keys,
    columns,
    name: 'keys',
    textOf: ({ name, merchant }) => `${name} ${merchant}`,
  });
  return (
    <>
      {view.tools && <div class="pad">{view.tools}</div>}
      <Table columns={columns} rows={view.rows} sorting={view.sorting} keyOf={(key) => key.id} />
    </>
  );
}

function KeyActions({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: KeyTableProps['onRevoke'] }) {
  const { t } = useSession();
  const { revokedAt, expiresAt } = apiKey;
  if (revokedAt !== null) return <span class="badge">{t('revoked')}</span>;
  return (
    <>
      {expiresAt !== null && Date.parse(expiresAt) <= Date.now() && <span class="badge">{t('expired')}</span>}
      <button type="button" class="button small danger" onClick={() => onRevoke(apiKey)}>
        {t('revoke')}
      </button>
    </>
  );
}

function KeyDialog({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (key: MadeKey) => void }) {
  const { t } = useSession();
  const summary = useResource<OverviewSummary>('/api/overview/summary');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [merchant, setMerchant] = useState('');
  /** Last day that it opens, as the field has it; empty: no end. */
  const [lastDay, setLastDay] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  async function make(): Promise<void> {
    try {
      const expiresAt = lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString();
      onMade(
        await sendJson<MadeKey>('POST', '/api/keys', {
          name: name.trim(),
          scopes,
          merchant: merchant === '' ? null : merchant,
          expiresAt,
        }),
      );
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return (
    <Dialog
      title={t('keyNew')}
      onClose={onClose}
      onSubmit={make}
      submit={t('keyMake')}
      disabled={name.trim() === '' || scopes.length === 0}
    >
      {problem && <ProblemNote problem={problem} />}
      <NameField name={name} onName={setName} />
      <ScopeChoice scopes={scopes} onChoose={setScopes} />
      <Select
        labelled
        label={t('merchant')}
        value={merchant}
        choices={[
          { value: '', label: t('allMerchants') },
          ...(summary.data?.merchants ?? []).map((value) => ({ value, label: value })),
        ]}
        onChoose={setMerchant}
      />
      <label class="field">
        <span>{t('keyLastDay')}</span>
        <input class="input" type="date" value={lastDay} onInput={(event) => setLastDay(event.currentTarget.value)} />
        <span class="hint">{t('keyLastDayHint')}</span>
      </label>
    </Dialog>
  );
}

function NameField({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const { t } = useSession();
  return (
    <label class="field">
      <span>{t('keyName')}</span>
      <input
        class="input"
        required
        maxLength={100}
        value={name}
        onInput={(event) => onName(event.currentTarget.value)}
      />
      <span class="hint">{t('keyNameHint')}</span>
    </label>
  );
}

interface ScopeChoiceProps {
  readonly scopes: readonly Scope[];
  readonly onChoose: (scopes: readonly Scope[]) => void;
}

function ScopeChoice({ scopes, onChoose }: ScopeChoiceProps) {
  const { t } = useSession();
  const toggle = (scope: Scope): void =>
    onChoose(scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope]);
  return (
    <fieldset class="stack tight">
      <legend class="legend">{t('mayDo')}</legend>
      {SCOPES.map((scope) => (
        <label class="check" key={scope}>
          <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
          {t(SCOPE_WORDS[scope])}
        </label>
      ))}
    </fieldset>
  );
}
