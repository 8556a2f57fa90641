/** Settings and guardrails, of the workspace and of parts of it. */

import type { DocumentHeader } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import { GUARDRAIL_OPTIONS } from '../contract/options/price.ts';
import { WORKSPACE_SETTINGS } from '../contract/options/settings.ts';
import type { PageAsked } from '../contract/store/page.ts';
import {
  conflictOfSettings,
  DEFAULT_GUARDRAILS,
  type GuardrailBound,
  type GuardrailSettings,
} from '../core/pricing/guardrails.ts';
import { coinOf, isPayable } from '../core/pricing/price-lattice.ts';
import type { SettingName } from '../core/vocabulary.ts';
import { holidaysOf } from '../data/holidays.ts';
import { zoneNamed } from '../data/reading/zone-days.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { type GuardrailScope, guardrailKey, guardrailKeys, guardrailScope } from '../rules/guardrail-scopes.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import type { CellChoice } from './names.ts';

/** What guardrails are set at a scope itself, and what holds there. */
export interface GuardrailsDocument extends DocumentHeader {
  /** Null: of every merchant, or of every type. */
  readonly merchant: string | null;
  readonly productType: string | null;
  readonly own: Partial<GuardrailSettings>;
  readonly effective: GuardrailSettings;
}

/** Changes settings, all or none; in a dry run none. @throws DemandaError COUNTRY_UNKNOWN, CURRENCY_UNKNOWN, OPTION_CHOICE */
export async function setSettings(
  context: WorkspaceContext,
  values: Readonly<Partial<Record<SettingName, string>>>,
  dryRun: boolean,
): Promise<void> {
  checkOptions(WORKSPACE_SETTINGS, values as OptionsOf<typeof WORKSPACE_SETTINGS>);
  const settled = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, settledValue(key as SettingName, value)]),
  );
  if (Object.keys(settled).length > 0 && !dryRun)
    await context.store.documents.setSettings(settled, deedNow(context, 'settings.change', null, settled));
}

/** Imports that are looked at for one that was not undone. */
const IMPORTS_A_PAGE = 100;

/** @throws DemandaError CURRENCY_HELD where the workspace holds amounts in another currency */
export async function requireCurrency(context: WorkspaceContext, currency: string): Promise<void> {
  const { currency: held } = await header(context);
  if (currency.toUpperCase() === held || !(await holdsAmounts(context))) return;
  throw new DemandaError('CURRENCY_HELD', { held, currency: currency.toUpperCase() });
}

async function holdsAmounts({ store }: WorkspaceContext): Promise<boolean> {
  if ((await store.cells.count({})) > 0) return true;
  let after: PageAsked['after'] = null;
  do {
    const page = await store.imports.list(null, { limit: IMPORTS_A_PAGE, after });
    if (page.items.some(({ undoneAt }) => undoneAt === null)) return true;
    after = page.next;
  } while (after !== null);
  return false;
}

/**
 * Guardrails of the workspace, of a merchant, of a product type, or of a merchant's product type: the more particular
 * ones win. @throws DemandaError naming the guardrail whose value is refused; GUARDRAILS_CONTRADICT, PRICE_ENDING_COIN
 * for settings that no price can keep at that scope
 */
export async function setGuardrails(
  context: WorkspaceContext,
  scope: Pick<CellChoice, 'merchant' | 'productType'>,
  guardrails: Partial<GuardrailSettings>,
): Promise<void> {
  checkOptions(GUARDRAIL_OPTIONS, guardrails);
  const named = await guardrailScopeOf(context, scope);
  const key = guardrailKey(named);
  const stored = await context.store.documents.setting(key);
  const own = { ...(stored === null ? {} : (JSON.parse(stored) as Partial<GuardrailSettings>)), ...guardrails };
  await checkConsistent(context, {
    ...(await guardrailsOf(context, named.merchant ?? '', named.productType ?? '')),
    ...own,
  });
  const { merchant = null, productType } = named;
  await context.store.documents.setSettings(
    { [key]: JSON.stringify(own) },
    deedNow(context, 'guardrails.change', merchant, { productType, ...guardrails }),
  );
}

/** The limits of a price without any of them. */
export const NO_LIMITS = { minPrice: null, maxPrice: null, priceEnding: null } as const;

/**
 * Refuses settings that no price can keep, whatever the product. @throws DemandaError GUARDRAILS_CONTRADICT for a least
 * price above the highest or no ending between them, PRICE_ENDING_COIN for an ending smaller than the currency's coin
 */
export async function checkConsistent(
  context: WorkspaceContext,
  settings: Pick<GuardrailSettings, keyof typeof NO_LIMITS>,
): Promise<void> {
  requireConsistent((await header(context)).currency, settings);
}

/** As {@link checkConsistent}, of the prices of a currency. */
export function requireConsistent(currency: string, given: Partial<GuardrailSettings>): void {
  const settings = { ...NO_LIMITS, ...given };
  const { priceEnding } = settings;
  if (priceEnding !== null && !isPayable(priceEnding, coinOf(currency)))
    throw new DemandaError('PRICE_ENDING_COIN', { ending: priceEnding, currency });
  const conflict = conflictOfSettings(settings);
  if (conflict === null) return;
  const named = ({ rule, setting }: GuardrailBound): string => `--${rule} ${setting}`;
  throw new DemandaError('GUARDRAILS_CONTRADICT', { least: named(conflict.atLeast), most: named(conflict.atMost) });
}

/** @throws DemandaError WORKSPACE_EMPTY for names in a workspace that holds none */
async function guardrailScopeOf(context: WorkspaceContext, scope: GuardrailScope): Promise<GuardrailScope> {
  if (scope.merchant === undefined && scope.productType === undefined) return {};
  const empty = (await context.store.cells.count({})) === 0 && (await context.store.cells.unsold()).length === 0;
  return empty ? context.names.sold(scope) : context.names.trained(scope);
}

/**
 * What guardrails are set at a scope itself, and what holds there. @throws DemandaError for names that do not exist
 */
export async function guardrailsAt(
  context: WorkspaceContext,
  scope: Pick<CellChoice, 'merchant' | 'productType'>,
): Promise<GuardrailsDocument> {
  const named = await context.names.trained(scope);
  const stored = await context.store.documents.setting(guardrailKey(named));
  return {
    ...(await header(context)),
    merchant: named.merchant ?? null,
    productType: named.productType ?? null,
    own: stored === null ? {} : (JSON.parse(stored) as Partial<GuardrailSettings>),
    effective: await guardrailsOf(context, named.merchant ?? '', named.productType ?? ''),
  };
}

/** The guardrails that one of the settings keeps, and at which scope; null where it keeps none. */
export function guardrailsKept(
  key: string,
  value: string,
): { readonly scope: GuardrailScope; readonly own: Partial<GuardrailSettings> } | null {
  const scope = guardrailScope(key);
  return scope && { scope, own: JSON.parse(value) as Partial<GuardrailSettings> };
}

/** The guardrails that hold for a cell: the usual ones, and over them those of each scope that it is in. */
export async function guardrailsOf(
  context: WorkspaceContext,
  merchant: string,
  productType: string,
): Promise<GuardrailSettings> {
  const settings = await context.store.documents.settings();
  let current: GuardrailSettings = DEFAULT_GUARDRAILS;
  for (const key of guardrailKeys(merchant, productType)) {
    const stored = settings[key];
    if (stored !== undefined) current = { ...current, ...(JSON.parse(stored) as Partial<GuardrailSettings>) };
  }
  return current;
}

/** A setting as it is kept. @throws DemandaError COUNTRY_UNKNOWN, CURRENCY_UNKNOWN, IMPORT_TIMEZONE */
function settledValue(key: SettingName, value: string): string {
  const settled = key === 'country' || key === 'currency' ? value.toUpperCase() : value;
  if (key === 'country') holidaysOf(settled, 0, 1);
  if (key === 'timezone' && value !== '') return zoneNamed(value);
  if (key === 'currency' && !Intl.supportedValuesOf('currency').includes(settled))
    throw new DemandaError('CURRENCY_UNKNOWN', { currency: value });
  return settled;
}
