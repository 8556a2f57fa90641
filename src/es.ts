/** La fachada en español: la clase del sistema original, con sus nombres. */

import type { Spec } from './core/regression/hyper-parameters.ts';
import { type HistoryPoint, MassTrainer, type MassTrainingResult } from './mass-trainer.ts';

export interface OpcionesEntrenador {
  readonly idComerciante: string;
  /** Un producto, o un tipo que solo tiene uno. */
  readonly tipoProducto: string;
  /** Carpeta del espacio de trabajo; DEMANDA_WORKSPACE o ./.demanda si no se indica. */
  readonly espacio?: string;
}

export interface OpcionesEntrenamiento {
  /** 10.000 si no se indica. */
  readonly numIteraciones?: number;
  /** Ventas simuladas por iteración; 300 si no se indica. */
  readonly datosSimuladosPorIteracion?: number;
  readonly usarDatosMercado?: boolean;
  readonly verbose?: boolean;
  /** Iteraciones entre puntos de control; 1.000 si no se indica. */
  readonly guardarCada?: number;
  readonly visualizarProgreso?: boolean;
  readonly semilla?: number;
  /** Evaluaciones sin mejorar un 0,1 % tras las que se detiene. */
  readonly paciencia?: number;
  /** Continúa un entrenamiento interrumpido. */
  readonly reanudar?: boolean;
}

export interface ResultadoEntrenamiento {
  readonly modelo: MassTrainingResult['model'];
  readonly iteraciones: number;
  readonly errorInicial: number | null;
  readonly mejorError: number | null;
  readonly errorFinal: number | null;
  readonly motivoFin: MassTrainingResult['stopReason'];
  readonly historial: readonly HistoryPoint[];
  readonly hiperparametros: Spec;
  readonly segundos: number;
  readonly semilla: number;
}

export interface RecomendacionPrecio {
  readonly precioOptimo: number;
  /** Unidades en el horizonte (14 días). */
  readonly demandaEsperada: number;
  readonly gananciaEsperada: number;
  readonly precioActual: number;
  readonly recomendado: boolean;
  /** Códigos de cautela; NO_SALES cuando no hay ventas propias. */
  readonly razones: readonly string[];
}

/**
 * Entrena el modelo de demanda de un comerciante y un producto. Funciona sin ninguna venta importada, y entonces lo
 * dice: la recomendación lleva NO_SALES.
 *
 * @example
 * const entrenador = new EntrenadorMasivo({ idComerciante: 'MiTienda', tipoProducto: 'Carne' });
 * const resultado = await entrenador.entrenarMasivamente({ numIteraciones: 100_000 });
 * const { precioOptimo } = await entrenador.recomendarPrecioOptimo();
 */
export class EntrenadorMasivo {
  private readonly trainer: MassTrainer;

  constructor({ idComerciante, tipoProducto, espacio }: OpcionesEntrenador) {
    this.trainer = new MassTrainer({
      merchant: idComerciante,
      product: tipoProducto,
      lang: 'es',
      ...(espacio !== undefined && { workspace: espacio }),
    });
  }

  async entrenarMasivamente(opciones: OpcionesEntrenamiento = {}): Promise<ResultadoEntrenamiento> {
    const result = await this.trainer.train({
      ...(opciones.numIteraciones !== undefined && { iterations: opciones.numIteraciones }),
      ...(opciones.datosSimuladosPorIteracion !== undefined && { simulatedRows: opciones.datosSimuladosPorIteracion }),
      ...(opciones.usarDatosMercado !== undefined && { market: opciones.usarDatosMercado }),
      ...(opciones.verbose !== undefined && { verbose: opciones.verbose }),
      ...(opciones.guardarCada !== undefined && { checkpointEvery: opciones.guardarCada }),
      ...(opciones.visualizarProgreso !== undefined && { showProgress: opciones.visualizarProgreso }),
      ...(opciones.semilla !== undefined && { seed: opciones.semilla }),
      ...(opciones.paciencia !== undefined && { patience: opciones.paciencia }),
      ...(opciones.reanudar !== undefined && { resume: opciones.reanudar }),
    });
    return {
      modelo: result.model,
      iteraciones: result.iterations,
      errorInicial: result.firstError,
      mejorError: result.bestError,
      errorFinal: result.lastError,
      motivoFin: result.stopReason,
      historial: result.history,
      hiperparametros: result.spec,
      segundos: result.seconds,
      semilla: result.seed,
    };
  }

  async recomendarPrecioOptimo(): Promise<RecomendacionPrecio> {
    const { price, expectedDemand, expectedProfit, current, recommended, reasons } =
      await this.trainer.recommendPrice();
    return {
      precioOptimo: price,
      demandaEsperada: expectedDemand.value,
      gananciaEsperada: expectedProfit.value,
      precioActual: current.price,
      recomendado: recommended,
      razones: reasons,
    };
  }

  /** La curva de demanda en la terminal o, con `archivo` (.svg, .png, .html o .csv), como imagen. */
  async visualizarCurvaDemanda({ archivo }: { readonly archivo?: string } = {}): Promise<void> {
    await this.trainer.plotDemandCurve(archivo === undefined ? {} : { file: archivo });
  }
}
