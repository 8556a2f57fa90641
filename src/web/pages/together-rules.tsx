/** What ties a shop's prices together, and what that costs. */

import type { PortfolioRule } from '../../contract/documents.ts';
import { lineRuleStateWord, lineRuleWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useSession } from '../session.tsx';

const TONES = { kept: 'muted', binding: 'strong', broken: 'bad' } as const;

export function RulesCard({ rules }: { readonly rules: readonly PortfolioRule[] }) {
  const { t, lang, session } = useSession();
  if (rules.length === 0) return null;
  return (
    <section class="card">
      <CardHead title={t('togetherRules')} lead={t('togetherRulesLead')} />
      <ul class="plain-list pad">
        {rules.map((rule) => {
          const text = lineRuleWord(rule, lang);
          return (
            <li key={text}>
              {capital(text)}: <span class={TONES[rule.state]}>{lineRuleStateWord(rule, session.currency, lang)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
