/** Names of products and shops: changed, joined where two are one, and what former ones mean in files. */

import { useState } from 'preact/hooks';
import type { NameAliases, NameChanged, NameList } from '../../contract/api.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { CardHead } from '../parts/card-head.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useListView } from '../parts/list-view.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { ProblemNote } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useProblemToast } from '../parts/use-problem-toast.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';

type Kind = 'products' | 'merchants';
type Named = NameList['names'][number];
const KINDS = [
  { value: 'products', label: 'namesProducts' },
  { value: 'merchants', label: 'namesMerchants' },
] as const;

const NO_NAMES: readonly Named[] = [];

interface Asked {
  readonly from: readonly string[];
  readonly into: string;
}

export function Names({ onChanged }: { readonly onChanged: () => void }) {
  const { t } = useSession();
  const [kind, setKind] = useState<Kind>('products');
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data, problem, reload } = useResource<NameList>(apiPath('names', kind));
  const columns = useNameColumns((from) => setAsked({ from: [from], into: '' }));
  const view = useListView({ rows: data?.names ?? NO_NAMES, columns, name: 'names', textOf: ({ name }) => name });
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data || data.names.length === 0) return null;
  return (
    <section class="card">
      <CardHead title={t('namesTitle')} lead={t('namesLead')}>
        <Segmented
          label={t('namesTitle')}
          value={kind}
          choices={KINDS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChoose={setKind}
        />
      </CardHead>
      {data.similar.length > 0 && (
        <div class="pad stack tight">
          <h3>{t('namesSimilar')}</h3>
          <div class="chips">
            {data.similar.map((group) => (
              <button type="button" class="chip" key={group.join('\n')} onClick={() => setAsked(joined(group, data))}>
                {group.join(' · ')}
              </button>
            ))}
          </div>
        </div>
      )}
      {view.tools && <div class="pad">{view.tools}</div>}
      <ScrollBox label={t('namesTitle')} class="market">
        <Table class="compact" columns={columns} rows={view.rows} sorting={view.sorting} keyOf={({ name }) => name} />
      </ScrollBox>
      <Former kind={kind} onChanged={onChanged} />
      {asked && (
        <NameDialog kind={kind} asked={asked} names={data.names} onClose={() => setAsked(null)} onDone={onChanged} />
      )}
    </section>
  );
}

/** All of a group become the one with most sales. */
function joined(group: readonly string[], { names }: NameList): Asked {
  const rows = new Map(names.map(({ name, rows: count }) => [name, count]));
  const [into = '', ...from] = group.toSorted((a, b) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0));
  return { from, into };
}

function useNameColumns(onChange: (name: string) => void): readonly Column<Named>[] {
  const { t, f } = useSession();
  return [
    { id: 'name', head: t('name'), namesRow: true, sortBy: ({ name }) => name, cell: ({ name }) => name },
    { id: 'rows', head: t('rows'), num: true, sortBy: ({ rows }) => rows, cell: ({ rows }) => f.number(rows) },
    {
      id: 'change',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num',
      cell: ({ name }) => (
        <button type="button" class="button small" onClick={() => onChange(name)}>
          {t('nameChange')}
        </button>
      ),
    },
  ];
}

interface NameDialogProps {
  readonly kind: Kind;
  readonly asked: Asked;
  readonly names: readonly Named[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** First says what would change, then does it. */
function NameDialog({ kind, asked, names, onClose, onDone }: NameDialogProps) {
  const { t, f } = useSession();
  const tellProblem = useProblemToast();
  const [into, setInto] = useState(asked.into);
  const [seen, setSeen] = useState<NameChanged | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const merge = names.some(({ name }) => name === into.trim());
  const change = (from: readonly string[], target: string, dryRun = false): Promise<NameChanged> =>
    sendJson('POST', apiPath('names', kind, merge ? 'merge' : 'rename'), {
      ...{ from: merge ? from : from[0], into: target, dryRun },
    });
  async function submit(): Promise<void> {
    try {
      setProblem(null);
      const changed = await change(asked.from, into.trim(), seen === null);
      if (seen === null) return setSeen(changed);
      const back = async (): Promise<void> => {
        await change([changed.into], asked.from[0] as string).then(onDone, tellProblem);
      };
      showToast(t('nameChanged'), merge ? undefined : { label: t('undo'), run: back });
      onClose();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return (
    <Dialog
      title={t('nameTitle', { names: asked.from.join(', ') })}
      onClose={onClose}
      onSubmit={submit}
      submit={t(seen === null ? 'nameLook' : merge ? 'nameMerge' : 'nameRename')}
      disabled={into.trim() === '' || asked.from.includes(into.trim())}
    >
      {problem && <ProblemNote problem={problem} />}
      <NameField
        names={names}
        value={into}
        onInput={(name) => {
          setInto(name);
          setSeen(null);
        }}
      />
      {seen && (
        <p role="status">
          {t(merge ? 'nameMerges' : 'nameRenames', {
            rows: f.number(seen.rows),
            sameDays: f.number(seen.sameDays),
            models: f.number(seen.models + seen.retired),
          })}
        </p>
      )}
    </Dialog>
  );
}

interface NameFieldProps {
  readonly names: readonly Named[];
  readonly value: string;
  readonly onInput: (name: string) => void;
}

/** A name to type, or one of those that are there. */
function NameField({ names, value, onInput }: NameFieldProps) {
  const { t } = useSession();
  return (
    <label class="field">
      <span>{t('nameInto')}</span>
      <input
        class="input"
        required
        maxLength={500}
        list="names"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <datalist id="names">
        {names.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

/** What former names mean in files, until it is forgotten. */
function Former({ kind, onChanged }: { readonly kind: Kind; readonly onChanged: () => void }) {
  const { t } = useSession();
  const tellProblem = useProblemToast();
  const { data } = useResource<NameAliases>(apiPath('names', kind, 'aliases'));
  if (!data || data.aliases.length === 0) return null;
  async function forget(name: string, merchant: string | null): Promise<void> {
    try {
      await sendJson('POST', apiPath('names', kind, 'forget'), { name, ...(merchant !== null && { merchant }) });
      showToast(t('nameForgotten'));
    } catch (error) {
      tellProblem(error);
    }
    onChanged();
  }
  return (
    <div class="pad stack tight">
      <h3>{t('namesFormer')}</h3>
      <ul class="plain-list">
        {data.aliases.map(({ name, target, merchant }) => (
          <li class="row" key={JSON.stringify([merchant, name])}>
            {name} → {target} {merchant !== null && <span class="muted">{merchant}</span>}
            <button type="button" class="button quiet small" onClick={() => forget(name, merchant)}>
              {t('nameForget')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
