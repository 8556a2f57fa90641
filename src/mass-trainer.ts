/** One cell's trainer for programs: train by iterations, ask for the price, draw the curve. */

import { extname } from 'node:path';
import { iterationProgress } from './charts/iteration-progress.ts';
import { iteratedText } from './charts/run-text.ts';
import type { ModelDocumentItem, Recommendation } from './contract/documents.ts';
import { visibleLines } from './contract/visible-text.ts';
import type { Spec } from './core/regression/hyper-parameters.ts';
import { type MetricName, metricOf } from './core/training/history.ts';
import { type Lang, PICTURE_FORMATS, type PictureFormat, type StopReason } from './core/vocabulary.ts';
import { DemandaError } from './errors/demanda-error.ts';
import { chooseLang, translator } from './i18n/messages.ts';
import { writeOutput } from './workspace/output-file.ts';
import { chosenLocation, type TrainOptions, Workspace } from './workspace.ts';

export interface MassTrainerOptions {
  readonly merchant: string;
  /** A product, or a product type that has only one. */
  readonly product: string;
  /** Folder of the workspace; DEMANDA_WORKSPACE or ./.demanda unless told. */
  readonly workspace?: string;
  /** Language of messages and pictures; the locale's unless told. */
  readonly lang?: Lang;
}

export interface MassTrainingOptions
  extends Omit<TrainOptions, 'merchant' | 'product' | 'productType' | 'solver' | 'instrument' | 'onIteration'> {
  /** Shows a progress bar on a terminal. */
  readonly showProgress?: boolean;
  /** Adds a live curve of the error to the bar, and tells on stderr how it ended. */
  readonly verbose?: boolean;
}

/** A point of the error history: `iteration` and every figure that was recorded; null where it could not be had. */
export type HistoryPoint = { readonly iteration: number } & Readonly<Partial<Record<MetricName, number | null>>>;

export interface MassTrainingResult {
  readonly model: ModelDocumentItem;
  readonly iterations: number;
  readonly firstError: number | null;
  readonly bestError: number | null;
  readonly lastError: number | null;
  readonly stopReason: StopReason;
  readonly history: readonly HistoryPoint[];
  readonly spec: Spec;
  readonly seconds: number;
  readonly seed: number;
}

/**
 * Trains one merchant's model of one product. Works with no sales at all, and then says so: the recommendation carries
 * NO_SALES.
 *
 * @example
 * const trainer = new MassTrainer({ merchant: 'MyShop', product: 'Meat' });
 * const result = await trainer.train({ iterations: 100_000, simulatedRows: 300, market: true });
 * const { price } = await trainer.recommendPrice();
 */
export class MassTrainer {
  private readonly options: MassTrainerOptions;
  private modelId: string | undefined;

  constructor(options: MassTrainerOptions) {
    this.options = options;
  }

  /**
   * Trains by iterations. An interrupted training is begun anew unless `resume`. @throws DemandaError when the cell
   * cannot be trained
   */
  async train({ showProgress, verbose, ...options }: MassTrainingOptions = {}): Promise<MassTrainingResult> {
    const { merchant, product, lang = chooseLang(undefined, process.env) } = this.options;
    const t = translator(lang);
    const live =
      showProgress === true && process.stderr.isTTY
        ? iterationProgress(process.stderr, lang, t, verbose === true)
        : null;
    return this.within(async (workspace) => {
      const training = workspace.train({
        ...options,
        merchant,
        product,
        solver: 'stochastic',
        fresh: options.resume !== true,
        ...(live && { onIteration: live.report, onRun: live.ended }),
      });
      const { runs } = await training.finally(() => live?.end());
      const [run] = runs;
      if (!run) throw new DemandaError('MODEL_MISSING', { merchant, product });
      if (run.failure) throw new DemandaError('TRAINING_FAILED', { reason: run.failure.message });
      if (verbose) process.stderr.write(visibleLines(`${iteratedText(run, lang, t).join('\n')}\n`));
      this.modelId = run.modelId ?? undefined;
      const { show } = await workspace.show(
        run.merchant,
        run.product,
        this.modelId === undefined ? {} : { modelId: this.modelId },
      );
      const { history } = await workspace.history(run.merchant, run.product, run.runId);
      const finite = (value: number | undefined): number | null =>
        value !== undefined && Number.isFinite(value) ? value : null;
      const columns = history.metrics.map((metric) => [metric, metricOf(history, metric)] as const);
      return {
        model: show.model,
        iterations: run.iterations,
        firstError: run.convergence?.first ?? null,
        bestError: run.convergence?.best ?? null,
        lastError: run.convergence?.last ?? null,
        stopReason: run.stopReason,
        history: Array.from(
          history.iterations,
          (iteration, i) =>
            ({
              iteration,
              ...Object.fromEntries(columns.map(([metric, values]) => [metric, finite(values[i])])),
            }) as HistoryPoint,
        ),
        spec: (show.spec as readonly Spec[])[0] as Spec,
        seconds: run.seconds,
        seed: run.seed,
      };
    });
  }

  /** The recommended price by the model that was just trained, or the live one. */
  async recommendPrice(): Promise<Recommendation> {
    return this.within(async (workspace) => (await this.view(workspace)).recommendation);
  }

  /**
   * The demand curve: on the terminal, or as a picture.
   *
   * @param file ends in .svg, .png, .html or .csv; without one the curve is printed
   */
  async plotDemandCurve({ file }: { readonly file?: string } = {}): Promise<void> {
    const { lang = chooseLang(undefined, process.env) } = this.options;
    const format = file === undefined ? null : extname(file).slice(1).toLowerCase();
    if (file !== undefined && !isFormat(format)) throw new DemandaError('PICTURE_FORMAT', { file });
    await this.within(async (workspace) => {
      const view = await this.view(workspace);
      if (file === undefined || !isFormat(format)) {
        const { terminalDemandCurve } = await import('./charts/terminal.ts');
        process.stdout.write(visibleLines(`${terminalDemandCurve(view, lang)}\n`));
        return;
      }
      const { renderDemandCurve } = await import('./charts/cell-charts.ts');
      await writeOutput(file, await renderDemandCurve(view, lang, format));
    });
  }

  private view(workspace: Workspace): ReturnType<Workspace['show']> {
    const { merchant, product } = this.options;
    return workspace.show(merchant, product, this.modelId === undefined ? {} : { modelId: this.modelId });
  }

  private async within<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const { database, folder } = chosenLocation({ workspace: this.options.workspace }, process.env);
    const { lang } = this.options;
    const workspace = await Workspace.open(database ?? folder, {
      folder,
      lang: lang ?? chooseLang(undefined, process.env),
    });
    try {
      return await work(workspace);
    } finally {
      await workspace.close();
    }
  }
}

function isFormat(format: string | null): format is PictureFormat {
  return (PICTURE_FORMATS as readonly (string | null)[]).includes(format);
}
