/** What a page shows before, instead of and around its data. */

import type { ComponentChildren } from 'preact';
import type { ApiProblem } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Grey lines where text will be. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const { t } = useSession();
  return (
    <div class="stack tight" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="skeleton" style={{ width: `${92 - ((i * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

/** A refusal in the server's words, with a way to ask again. */
export function ProblemNote({ problem, retry }: { readonly problem: ApiProblem; readonly retry?: () => void }) {
  const { t } = useSession();
  // The banner above says that nobody answers, and the page goes on by itself.
  if (problem.status === 0) return <Skeleton lines={4} />;
  return (
    <div class="note bad" role="alert">
      <Icon name="warning" />
      <p class="grow">{problem.message}</p>
      {retry && (
        <button type="button" class="button small" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}

/** The sentence of a refusal. @param unreachable what to say when no server answered */
export function problemText(problem: ApiProblem, unreachable: string): string {
  return problem.status === 0 ? unreachable : problem.message;
}

export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="card empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Note({
  tone,
  icon = 'info',
  children,
}: {
  readonly tone?: 'warn' | 'bad';
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={tone ? `note ${tone}` : 'note'}>
      <Icon name={icon} />
      <div class="grow">{children}</div>
    </div>
  );
}
