/** What ties a shop's prices together, and what that costs. */

import type { PortfolioRule } from '../../contract/documents.ts';
import { lineRuleStateWord, lineRuleWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { CardHead } from '../parts/card-head.tsx';
import { useSession } from '../session.tsx';
import { LinesEditor } from './together-lines.tsx';

const TONES = { kept: 'muted', binding: 'strong', broken: 'bad' } as const;

interface RulesProps {
  readonly merchant: string;
  readonly rules: readonly PortfolioRule[];
  readonly products: readonly string[];
  readonly onDone: () => void;
}

export function RulesCard({ merchant, rules, products, onDone }: RulesProps) {
  const { t, lang, session } = useSession();
  return (
    <section class="card">
      <CardHead title={t('togetherRules')} lead={t(rules.length === 0 ? 'togetherRulesNone' : 'togetherRulesLead')} />
      <ul class="plain-list pad" hidden={rules.length === 0}>
        {rules.map((rule) => {
          const text = lineRuleWord(rule, lang);
          return (
            <li key={text}>
              {capital(text)}: <span class={TONES[rule.state]}>{lineRuleStateWord(rule, session.currency, lang)}</span>
            </li>
          );
        })}
      </ul>
      <LinesEditor key={merchant} merchant={merchant} products={products} onDone={onDone} />
    </section>
  );
}
