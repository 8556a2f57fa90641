/** Where guardrails are kept: for the workspace, a product type, a merchant, or a merchant's product type. */

export interface GuardrailScope {
  readonly merchant?: string;
  readonly productType?: string;
}

/** The setting that keeps the guardrails of a scope: two scopes never share it, whatever their names hold. */
export function guardrailKey({ merchant, productType }: GuardrailScope): string {
  return merchant === undefined && productType === undefined
    ? 'guardrails:'
    : `guardrails:${JSON.stringify([merchant ?? null, productType ?? null])}`;
}

/** The scope whose guardrails a setting keeps, the workspace's one without names; null where it keeps none. */
export function guardrailScope(key: string): GuardrailScope | null {
  const names = /^guardrails:(.*)$/s.exec(key)?.[1];
  if (names === undefined) return null;
  if (names === '') return {};
  const [merchant, productType] = JSON.parse(names) as readonly [string | null, string | null];
  return { ...(merchant !== null && { merchant }), ...(productType !== null && { productType }) };
}

/**
 * Keys of the guardrails that hold for a merchant's product type, from the general to the particular: later ones win.
 */
export function guardrailKeys(merchant: string, productType: string): readonly string[] {
  return [{}, { productType }, { merchant }, { merchant, productType }].map(guardrailKey);
}
