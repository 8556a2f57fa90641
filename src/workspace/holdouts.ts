/** Shops that keep their prices, and what the others earned beside them. */

import type { ImportIssue } from '../contract/documents.ts';
import type { HoldoutDocument, HoldoutEffect, HoldoutProposal } from '../contract/holdout.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { CHOOSE_HOLDOUT } from '../contract/options/holdout.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import { chooseHoldout, holdoutPower } from '../core/experiments/choose-holdout.ts';
import { type ShopEffect, shopEffects } from '../core/experiments/shop-effect.ts';
import { mean } from '../core/math/summary.ts';
import type { HoldoutMeasure } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { dayOf, dayToday, isoDate } from './dates.ts';
import { noteIn } from './import-notes.ts';
import { HOLDOUT_DOCUMENT, type KeptHoldout, keptHoldout } from './kept-holdout.ts';
import { changesOf } from './outcomes.ts';
import { type ComparedShops, comparedShops, lastDayOf, QUARTER, wholeFrom } from './shop-panel.ts';

export type ChooseHoldoutOptions = OptionsOf<typeof CHOOSE_HOLDOUT>;

/** Shops that stayed as they were though nobody drew them. */
export interface ComparisonOptions {
  readonly shops: readonly string[];
  /** First day on which the others did something else (ISO date). */
  readonly from: string;
  readonly measure?: HoldoutMeasure;
}

/** Days beyond the last sale on which a holdout may begin at most. */
const MOST_DAYS_AHEAD = 365;

export class Holdouts {
  private readonly context: WorkspaceContext;

  constructor(context: WorkspaceContext) {
    this.context = context;
  }

  /**
   * Which shops would keep their prices, drawn so that they go along with the others, and how exactly a quarter would
   * then tell what recommended prices earn. Nothing is kept.
   *
   * @throws DemandaError HOLDOUT_FEW_SHOPS, HOLDOUT_SHOPS, HOLDOUT_FROM, MERCHANT_UNKNOWN
   * @example
   * const { shops, power } = await workspace.holdouts.propose({ share: 0.2 });
   */
  async propose(options: ChooseHoldoutOptions = {}): Promise<HoldoutProposal> {
    checkOptions(CHOOSE_HOLDOUT, options);
    const { measure, seed = CHOOSE_HOLDOUT.seed.usual } = options;
    const panel = await comparedShops(this.context, {
      ...(measure !== undefined && { measure }),
      from: null,
      until: null,
    });
    const from = await this.firstDay(panel, options.from);
    const heldOut = await this.chosen(panel, options);
    const span = QUARTER[panel.period];
    const told = holdoutPower(panel.values, heldOut, span);
    return {
      ...(await header(this.context)),
      ...sharedOf(panel, heldOut, panel.before),
      ...{ from: isoDate(from), seed, drawn: options.shops === undefined },
      power: told && { span, ...told },
      notes: this.notesOf(panel, measure, { fewHeldOut: heldOut.filter(Boolean).length }),
    };
  }

  /**
   * Holds the shops out that `propose` names: no price is recommended in them until `stop`.
   *
   * @throws DemandaError as `propose`, HOLDOUT_RUNNING
   * @example
   * await workspace.holdouts.start({ share: 0.2 });
   */
  async start(options: ChooseHoldoutOptions = {}): Promise<HoldoutDocument> {
    const before = await keptHoldout(this.context);
    if (before !== null && before.stoppedOn === null) throw new DemandaError('HOLDOUT_RUNNING', { from: before.from });
    const { shops, from, seed, drawn, measure } = await this.propose(options);
    const heldOut = shops.flatMap((shop) => (shop.heldOut ? [shop.merchant] : []));
    const deed = deedNow(this.context, 'holdout.start', null, { from, shops: heldOut.join(', ') });
    const kept: KeptHoldout = {
      ...{ from, stoppedOn: null, heldOut, measure, drawn, seed: drawn ? seed : null },
      ...{ startedAt: deed.at, startedBy: this.context.actor.id },
    };
    await this.context.store.documents.keep(...HOLDOUT_DOCUMENT, kept, deed);
    return this.show();
  }

  /**
   * What the shops that were not held out earned more than they would have, quarter by quarter, with its 90 % interval.
   *
   * @throws DemandaError HOLDOUT_NONE
   * @example
   * const { result } = await workspace.holdouts.show();
   * const earned = result?.total?.gain;
   */
  async show(): Promise<HoldoutDocument> {
    const kept = await keptHoldout(this.context);
    if (kept === null) throw new DemandaError('HOLDOUT_NONE', {});
    return this.documentOf(kept, null);
  }

  /** The newest holdout, or null where there is none: for a page that offers one. */
  async latest(): Promise<HoldoutDocument | null> {
    return (await keptHoldout(this.context)) === null ? null : this.show();
  }

  /**
   * The same by shops that stayed as they were without having been drawn: the weaker evidence, as they may differ by more
   * than their prices. Nothing is kept.
   *
   * @throws DemandaError HOLDOUT_FEW_SHOPS, HOLDOUT_SHOPS, MERCHANT_UNKNOWN, DATE_INVALID
   * @example
   * const { result } = await workspace.holdouts.compare({ shops: ['South'], from: '2026-07-01' });
   */
  async compare({ shops, from, measure }: ComparisonOptions): Promise<HoldoutDocument> {
    checkOptions(CHOOSE_HOLDOUT, { shops, from, ...(measure !== undefined && { measure }) });
    const start = dayOf(from);
    const panel = await comparedShops(this.context, {
      ...(measure !== undefined && { measure }),
      from: start,
      until: null,
    });
    const names = await this.named(shops);
    checkNames(names, panel);
    return this.documentOf(
      {
        ...{ from: isoDate(start), stoppedOn: null, heldOut: names, measure: panel.measure, drawn: false, seed: null },
        ...{ startedAt: '', startedBy: '' },
      },
      panel,
    );
  }

  /**
   * Ends the holdout: its shops get recommended prices again. What it told stays.
   *
   * @throws DemandaError HOLDOUT_NONE, HOLDOUT_STOPPED
   * @example
   * await workspace.holdouts.stop();
   */
  async stop(): Promise<HoldoutDocument> {
    const kept = await keptHoldout(this.context);
    if (kept === null) throw new DemandaError('HOLDOUT_NONE', {});
    if (kept.stoppedOn !== null) throw new DemandaError('HOLDOUT_STOPPED', { date: kept.stoppedOn });
    const { lastDay } = await this.context.store.cells.span();
    const stoppedOn = isoDate(Math.max(lastDay ?? dayToday(), dayOf(kept.from) - 1));
    const deed = deedNow(this.context, 'holdout.stop', null, { from: kept.from, endedOn: stoppedOn });
    await this.context.store.documents.keep(...HOLDOUT_DOCUMENT, { ...kept, stoppedOn }, deed);
    return this.show();
  }

  /** @throws DemandaError HOLDOUT_FROM, DATE_INVALID */
  private async firstDay({ period }: ComparedShops, from: string | undefined): Promise<number> {
    const lastDay = (await this.context.store.cells.span()).lastDay as number;
    if (from === undefined) return wholeFrom(period, Math.max(lastDay, dayToday()) + 1);
    const asked = dayOf(from);
    if (asked <= lastDay || asked > lastDay + MOST_DAYS_AHEAD)
      throw new DemandaError('HOLDOUT_FROM', { from, lastDay: isoDate(lastDay) });
    return asked;
  }

  /** @throws DemandaError OPTION_MISSING, MERCHANT_UNKNOWN */
  private async named(shops: readonly string[]): Promise<string[]> {
    if (shops.length === 0) throw new DemandaError('OPTION_MISSING', { option: this.context.optionName('shops') });
    const names: string[] = [];
    for (const merchant of shops) names.push((await this.context.names.sold({ merchant })).merchant as string);
    return [...new Set(names)];
  }

  private async chosen(panel: ComparedShops, { share, shops, seed }: ChooseHoldoutOptions): Promise<boolean[]> {
    const all = panel.shops.length;
    if (all < 2) throw new DemandaError('HOLDOUT_FEW_SHOPS', { count: all, left: panel.leftOut.length });
    if (shops !== undefined) {
      const names = await this.named(shops);
      checkNames(names, panel);
      return panel.shops.map((merchant) => names.includes(merchant));
    }
    const count = Math.min(all - 1, Math.max(1, Math.round((share ?? CHOOSE_HOLDOUT.share.usual) * all)));
    return chooseHoldout({ values: panel.values, count, seed: seed ?? CHOOSE_HOLDOUT.seed.usual });
  }

  private notesOf(
    { measure, uncosted, filled }: ComparedShops,
    asked: HoldoutMeasure | undefined,
    { fewHeldOut }: { readonly fewHeldOut: number },
  ): ImportIssue[] {
    const notes: DemandaError[] = [];
    const percent = Math.ceil(1000 * uncosted.share) / 10;
    if (measure === 'revenue' && asked === undefined && uncosted.cells > 0)
      notes.push(new DemandaError('HOLDOUT_NOTE_REVENUE', { cells: uncosted.cells, percent }));
    if (measure === 'profit' && uncosted.cells > 0)
      notes.push(new DemandaError('HOLDOUT_NOTE_UNCOSTED', { cells: uncosted.cells, percent }));
    if (filled > 0) notes.push(new DemandaError('HOLDOUT_NOTE_FILLED', { count: filled }));
    if (fewHeldOut === 1) notes.push(new DemandaError('HOLDOUT_NOTE_ONE', {}));
    return notes.map((note) => noteIn(note, this.context.lang));
  }

  /** @param known where the shops were looked up already */
  private async documentOf(kept: KeptHoldout, known: ComparedShops | null): Promise<HoldoutDocument> {
    const from = dayOf(kept.from);
    const until = kept.stoppedOn === null ? null : dayOf(kept.stoppedOn);
    const panel = known ?? (await comparedShops(this.context, { measure: kept.measure, from, until }));
    const heldOut = panel.shops.map((merchant) => kept.heldOut.includes(merchant));
    const { lastDay } = await this.context.store.cells.span();
    const begun = lastDay !== null && lastDay >= from;
    const status = kept.stoppedOn !== null ? 'stopped' : begun ? 'running' : 'planned';
    const isCompared = heldOut.some(Boolean) && !heldOut.every(Boolean) && panel.before > 0;
    const changes = await this.changesSince(kept, panel);
    const notes = this.notesOf(panel, kept.measure, { fewHeldOut: heldOut.filter(Boolean).length });
    if (changes.heldOut > 0)
      notes.push(noteIn(new DemandaError('HOLDOUT_NOTE_CHANGED', { count: changes.heldOut }), this.context.lang));
    if (!kept.drawn) notes.push(noteIn(new DemandaError('HOLDOUT_NOTE_CHOSEN', {}), this.context.lang));
    return {
      ...(await header(this.context)),
      ...sharedOf(panel, heldOut, panel.before),
      ...{ status: known === null ? status : 'compared', from: kept.from, stoppedOn: kept.stoppedOn },
      ...{ drawn: kept.drawn, seed: kept.seed },
      ...{ startedAt: kept.startedAt || null, startedBy: kept.startedBy || null },
      result: isCompared ? { ...resultOf(panel, heldOut), changes } : null,
      notes,
    };
  }

  /** Price changes by recommendation since the start. */
  private async changesSince(
    { from, stoppedOn, heldOut }: KeptHoldout,
    { shops }: ComparedShops,
  ): Promise<{ readonly treated: number; readonly heldOut: number }> {
    const { changes } = await changesOf(this.context.store, { all: true });
    const within = changes.filter(
      ({ merchant, activationDate }) =>
        (shops.includes(merchant) || heldOut.includes(merchant)) &&
        activationDate >= from &&
        (stoppedOn === null || activationDate <= stoppedOn),
    );
    const held = within.filter(({ merchant }) => heldOut.includes(merchant)).length;
    return { treated: within.length - held, heldOut: held };
  }
}

/** @throws DemandaError HOLDOUT_SHOPS */
function checkNames(names: readonly string[], { shops }: ComparedShops): void {
  const missing = names.filter((name) => !shops.includes(name));
  if (missing.length > 0) throw new DemandaError('HOLDOUT_NOT_COMPARED', { shops: missing.join(', ') });
  if (names.length >= shops.length) throw new DemandaError('HOLDOUT_SHOPS', { count: shops.length });
}

function sharedOf(
  { measure, period, shops, values, leftOut }: ComparedShops,
  heldOut: readonly boolean[],
  before: number,
) {
  return {
    ...{ measure, period, leftOut },
    shops: shops.map((merchant, s) => ({
      merchant,
      heldOut: heldOut[s] as boolean,
      usual: before > 0 ? mean((values[s] as Float64Array).subarray(0, before)) : 0,
    })),
  };
}

function resultOf({ values, days, before, period }: ComparedShops, heldOut: readonly boolean[]) {
  const after = days.length - before;
  const quarters = after === 0 ? [] : quartersOf(days, before, period);
  const ranges = after === 0 ? [] : [...quarters, [before, days.length] as const];
  const { effects, path } = shopEffects({ values, heldOut, before }, ranges);
  const told = effects.map((effect, i): HoldoutEffect => effectOf(effect, ranges[i] as Range, days, period));
  return {
    ...{ before, after },
    quarters: told.slice(0, -1),
    total: told.at(-1) ?? null,
    path: path().map((one, t) => ({ date: isoDate(days[t] as number), ...one })),
  };
}

type Range = readonly [from: number, to: number];

/** Periods since the start by the quarter of the calendar that most of each lies in. */
function quartersOf(days: readonly number[], before: number, period: ComparedShops['period']): Range[] {
  const quarterOf = (day: number): string => {
    const [year, month] = isoDate(day + (period === 'week' ? 3 : 14)).split('-') as [string, string];
    return `${year} ${Math.ceil(Number(month) / 3)}`;
  };
  const ranges: [number, number][] = [];
  for (let t = before; t < days.length; t++) {
    const last = ranges.at(-1);
    if (last && quarterOf(days[t] as number) === quarterOf(days[t - 1] as number)) last[1] = t + 1;
    else ranges.push([t, t + 1]);
  }
  return ranges;
}

function effectOf(
  effect: ShopEffect,
  [from, to]: Range,
  days: readonly number[],
  period: ComparedShops['period'],
): HoldoutEffect {
  return {
    from: isoDate(days[from] as number),
    to: isoDate(lastDayOf(period, days[to - 1] as number)),
    periods: to - from,
    ...effect,
  };
}
