/** Price tests: proposed, started, looked at, stopped; and aborted where they cost too much. */

import type { TableStyle } from '../contract/data-table.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { ExperimentDocument, ExperimentItem, ProposalsDocument } from '../contract/experiments.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { PROPOSE_TEST, START_TEST } from '../contract/options/experiment.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { KeptExperiment, NewExperiment, TestEnding, TestedCellPlan } from '../contract/store/experiments.ts';
import { drawTestApart } from '../core/experiments/test-design.ts';
import type { ExperimentStatus, TableFormat, TestLevel } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { codeWords } from '../i18n/code-words.ts';
import { onlyMerchant } from '../rules/trainings.ts';
import { deedNow, header, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { abortOf, analysisOf, lastDays, statusOf } from './experiment-analysis.ts';
import { planFile } from './experiment-plan-file.ts';
import { type FoundProposal, findProposals, type ProposeTestOptions, wishOf } from './experiment-proposals.ts';
import type { CellChoice } from './names.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';
import { othersBeside, pricesByTurn, testsBeside } from './tests-beside.ts';

export type StartTestOptions = CellChoice & OptionsOf<typeof START_TEST>;

/** Which tests are listed. */
export interface ExperimentsChoice {
  readonly merchant?: string;
  readonly product?: string;
  readonly status?: ExperimentStatus;
}

/** Tests that are looked at for an abort at each import. */
const MOST_RUNNING = 1_000;

export class Experiments {
  private readonly context: WorkspaceContext;

  constructor(context: WorkspaceContext) {
    this.context = context;
  }

  /**
   * Which products are worth a price test, with its size and length, its cost and what it is expected to win; the
   * largest net value first. Those without one say why. Nothing is kept.
   *
   * @throws DemandaError WORKSPACE_EMPTY, EXPERIMENT_FROM, and those of names that are not there
   * @example
   * const { proposals } = await workspace.experiments.propose({ merchant: 'MyShop' });
   * const worth = proposals.filter(({ test }) => test !== null);
   */
  async propose(options: ProposeTestOptions = {}): Promise<ProposalsDocument> {
    const { merchant: _, product: __, productType: ___, ...asked } = options;
    checkOptions(PROPOSE_TEST, asked);
    const found = await findProposals(this.context, options);
    return {
      ...(await header(this.context)),
      worthDays: wishOf(options).worthDays,
      proposals: found.map(({ document }) => document),
    };
  }

  /**
   * Starts the test that `propose` would propose for a product of a merchant, or, with the design `shops`, for a
   * product in every shop that sells it: its prices are drawn and kept.
   *
   * @throws DemandaError EXPERIMENT_REFUSED where no test is worth it or the limits leave no room (a size and a length
   * that are both given are taken even if they do not pay), EXPERIMENT_SHOPS, EXPERIMENT_OVERLAPS, EXPERIMENT_FROM,
   * OPTION_MISSING, and those of names that are not there
   * @example
   * const { id, cells } = await workspace.experiments.start({ merchant: 'MyShop', product: 'Meat' });
   */
  async start(options: StartTestOptions): Promise<ExperimentDocument> {
    const { merchant, product, productType: _, maxLoss = START_TEST.maxLoss.usual, ...asked } = options;
    checkOptions(START_TEST, { ...asked, maxLoss });
    if (product === undefined) throw new DemandaError('OPTION_MISSING', { option: this.context.optionName('product') });
    if (merchant === undefined && asked.design !== 'shops')
      throw new DemandaError('OPTION_MISSING', { option: this.context.optionName('merchant') });
    const found = await findProposals(this.context, { ...asked, product, ...(merchant !== undefined && { merchant }) });
    const chosen = found.filter(({ start }) => start !== null);
    if (chosen.length === 0) throw this.refusal(found, product);
    const experiment = await this.drawn(chosen, options, maxLoss);
    const kept = await this.context.store.experiments.start(experiment, (id) =>
      deedNow(this.context, 'experiment.start', experiment.merchant, {
        ...{ id, product: experiment.cells[0]?.product, cells: experiment.cells.length },
        ...{ from: isoDate(experiment.firstDay), to: isoDate(experiment.lastDay), size: experiment.size },
      }),
    );
    return this.documentOf(kept, []);
  }

  /** The newest first. @throws DemandaError CURSOR_INVALID */
  async list(choice: ExperimentsChoice, page: PageQuery): Promise<ListDocument<ExperimentItem>> {
    const { status, merchant = null, product } = choice;
    const found = await this.context.store.experiments.list(
      { merchant, ...(product !== undefined && { product }) },
      pageAsked(page, 1),
    );
    const items: ExperimentItem[] = [];
    for (const kept of found.items) items.push(await this.itemOf(kept));
    const shown = listDocument(await header(this.context), found, (kept) => kept);
    return { ...shown, items: items.filter((item) => status === undefined || item.status === status) };
  }

  /**
   * A test with its prices by day and what came of it so far. One that runs and costs more than its bound is aborted
   * now, and says so in `warnings`; not where `judge` is false.
   *
   * @param merchant null: anyone's; @throws DemandaError EXPERIMENT_UNKNOWN
   * @example
   * const { cells } = await workspace.experiments.show('1');
   * const verdict = cells[0]?.analysis?.verdict;
   */
  async show(
    id: string,
    merchant: string | null = null,
    { judge = true }: { readonly judge?: boolean } = {},
  ): Promise<ExperimentDocument> {
    const kept = await this.require(id, merchant);
    const abort = judge ? await this.aborted(kept) : null;
    return this.documentOf(await this.require(id, merchant), abort === null ? [] : [abort]);
  }

  /**
   * Ends a test now; what its days so far told is kept. @param merchant null: anyone's
   *
   * @throws DemandaError EXPERIMENT_UNKNOWN, EXPERIMENT_ENDED
   * @example
   * await workspace.experiments.stop('1');
   */
  async stop(id: string, merchant: string | null = null): Promise<ExperimentDocument> {
    const kept = await this.require(id, merchant);
    await this.end(kept, 'stopped');
    return this.documentOf(await this.require(id, merchant), []);
  }

  /** The prices by day as a file. @param merchant null: anyone's; @throws DemandaError EXPERIMENT_UNKNOWN */
  async plan(
    id: string,
    format: TableFormat,
    merchant: string | null = null,
    style: TableStyle = 'machine',
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array; readonly name: string }> {
    return planFile(await this.documentOf(await this.require(id, merchant), [], false), format, {
      style,
      lang: this.context.lang,
    });
  }

  /** Aborts running tests that cost more than their bound. @returns what is said of each */
  async abortCostly(): Promise<readonly DemandaError[]> {
    const { items } = await this.context.store.experiments.list(
      { merchant: null, open: true },
      { limit: MOST_RUNNING, after: null },
    );
    const aborted: DemandaError[] = [];
    for (const kept of items) {
      const abort = await this.aborted(kept);
      if (abort) aborted.push(abort);
    }
    return aborted;
  }

  private async aborted(kept: KeptExperiment): Promise<DemandaError | null> {
    const abort = await abortOf(this.context, kept);
    if (abort === null) return null;
    try {
      await this.end(kept, 'aborted');
      return abort;
    } catch (error) {
      // Somebody ended it meanwhile.
      if (error instanceof DemandaError && error.code === 'EXPERIMENT_ENDED') return null;
      throw error;
    }
  }

  private async end(kept: KeptExperiment, ending: TestEnding): Promise<void> {
    const { id, firstDay, lastDay, merchant, cells } = kept;
    const sold = Math.max(...(await lastDays(this.context, kept)));
    const endedDay = Math.min(lastDay, Math.max(firstDay - 1, sold));
    const deed = deedNow(this.context, ending === 'aborted' ? 'experiment.abort' : 'experiment.stop', merchant, {
      ...{ id, product: cells[0]?.product, cells: cells.length, endedOn: isoDate(endedDay) },
    });
    await this.context.store.experiments.end(id, { ending, endedDay, at: deed.at, actor: deed.actor }, deed);
  }

  /** Why nothing was started. */
  private refusal(found: readonly FoundProposal[], product: string): DemandaError {
    const codes = found.map(({ document }) => document.refusal);
    if (codes.includes('ONE_SHOP') || found.length !== 1)
      return new DemandaError('EXPERIMENT_SHOPS', {
        product,
        count: codes.filter((code) => code === 'ONE_SHOP').length,
      });
    const { merchant, refusal, ...named } = (found[0] as FoundProposal).document;
    const why = codeWords(this.context.lang).testRefusals[refusal ?? 'NOT_WORTH_IT'];
    return new DemandaError('EXPERIMENT_REFUSED', { merchant, product: named.product, why });
  }

  /** A test with its drawn prices. */
  private async drawn(
    found: readonly FoundProposal[],
    options: StartTestOptions,
    maxLoss: number | null,
  ): Promise<NewExperiment> {
    const starts = found.map(({ start }) => start as NonNullable<FoundProposal['start']>);
    const [first] = starts as [NonNullable<FoundProposal['start']>];
    const { firstDay, days, turn, turns, size, test } = first;
    const { seed, worthDays } = wishOf(options);
    const levels = test.levels.map(({ level }) => level);
    const beside: Float64Array[][] = [];
    for (const { document } of found) {
      const others = await othersBeside(this.context, document, [firstDay, firstDay + days - 1], null);
      beside.push(others.map((other) => pricesByTurn(other, firstDay, days, turns)));
    }
    const logPrices = starts.map(
      ({ test: { levels: own }, basePrice }) =>
        new Map(own.map(({ level, price }) => [level, Math.log(price / basePrice)])),
    );
    const { plan } = drawTestApart({ levels, turn, turns, shops: starts.length, seed }, logPrices, beside);
    const cells = found.map(({ document }, shop): TestedCellPlan => {
      const start = starts[shop] as NonNullable<FoundProposal['start']>;
      const priceOf = new Map(start.test.levels.map(({ level, price }) => [level, price]));
      const prices = Array.from({ length: days }, (_, d) => {
        const level = plan[shop]?.[turn === 'day' ? d : Math.floor(d / 7)] as TestLevel;
        return { day: firstDay + d, level, price: priceOf.get(level) as number };
      });
      const { merchant, product, unit } = document;
      const { basePrice, unitCost, modelId } = start;
      return { merchant, product, unit, basePrice, unitCost, modelId, prices };
    });
    const sum = (of: 'cost' | 'value'): number => starts.reduce((total, start) => total + start.test[of], 0);
    const squares = starts.reduce((total, start) => total + 1 / start.test.standardError ** 2, 0);
    return {
      ...{ at: new Date().toISOString(), actor: this.context.actor, merchant: onlyMerchant(cells) },
      ...{ design: options.design ?? 'switchback', turn, size, seed, firstDay, lastDay: firstDay + days - 1, maxLoss },
      expected: { cost: sum('cost'), value: sum('value'), standardError: Math.sqrt(1 / squares), worthDays },
      cells,
    };
  }

  private async require(id: string, merchant: string | null): Promise<KeptExperiment> {
    const number = /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN;
    const found = Number.isNaN(number) ? null : await this.context.store.experiments.read(number);
    if (!found || (merchant !== null && found.merchant !== merchant))
      throw new DemandaError('EXPERIMENT_UNKNOWN', { id });
    return found;
  }

  private async itemOf(kept: KeptExperiment): Promise<ExperimentItem> {
    const { id, merchant, design, turn, size, firstDay, lastDay, endedDay, ending, seed, maxLoss, expected } = kept;
    const { at, actor, actorName, endedAt, endedByName, cells } = kept;
    return {
      ...{ id: String(id), status: await statusOf(this.context, kept), merchant, design, every: turn, size, seed },
      ...{ from: isoDate(firstDay), to: isoDate(lastDay), endedOn: ending === null ? null : isoDate(endedDay) },
      ...{ maxLoss, expected, startedAt: at, startedBy: actor, startedByName: actorName, endedAt, endedByName },
      cells: cells.map(({ merchant: shop, product, unit, basePrice, unitCost, prices }) => ({
        ...{ merchant: shop, product, unit, basePrice, unitCost },
        levels: [...new Map(prices.map(({ level, price }) => [level, { level, price }])).values()].sort(
          (a, b) => a.price - b.price,
        ),
      })),
    };
  }

  private async documentOf(
    kept: KeptExperiment,
    warnings: readonly DemandaError[],
    analysed = true,
  ): Promise<ExperimentDocument> {
    const item = await this.itemOf(kept);
    const cells: ExperimentDocument['cells'][number][] = [];
    for (const [c, cell] of kept.cells.entries()) {
      const plan = cell.prices.map(({ day, level, price }) => ({ date: isoDate(day), level, price }));
      const analysis = analysed ? await analysisOf(this.context, kept, cell, item.status) : null;
      const beside = analysed ? await testsBeside(this.context, kept, cell) : [];
      cells.push({ ...(item.cells[c] as ExperimentItem['cells'][number]), plan, analysis, beside });
    }
    const { lang } = this.context;
    const said = warnings.map((warning) => ({ code: warning.code, message: warning.messageIn(lang) }));
    return { ...((await header(this.context)) as DocumentHeader), ...item, warnings: said, cells };
  }
}
