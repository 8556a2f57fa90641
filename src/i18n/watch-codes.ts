/** What a language says of what watching finds and does. */

import type { AlertKind, DeliveryState, DriftKind, WatchAction, WatchReason } from '../core/vocabulary.ts';

type Words<Code extends string> = Readonly<Record<Code, string>>;

export interface WatchWords {
  /** What changed, with {size} and {date}; of a level that rose `levelUp`. */
  readonly drifts: Words<DriftKind | 'levelUp'>;
  readonly actions: Words<WatchAction>;
  readonly reasons: Words<WatchReason>;
  readonly alertKinds: Words<AlertKind>;
  readonly deliveryStates: Words<DeliveryState>;
}
