/** What every language says of each guardrail. */

import type { NumberGuardrail } from '../contract/options/price.ts';
import type { GuardrailRule } from '../core/pricing/guardrails.ts';

/** Of the settings that are figures, on the page. */
export type GuardrailFieldWords = Readonly<Record<NumberGuardrail, { readonly label: string; readonly hint: string }>>;

/** `{setting}` and `{± setting}` give way to the figure that held, where it is known. */
export type GuardrailRuleWords = Readonly<Record<GuardrailRule, string>>;
