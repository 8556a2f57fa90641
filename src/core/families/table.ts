/** Every family by its name: a name without a family, or a family without a name, does not compile. */

import type { FamilyName } from '../vocabulary.ts';
import type { Family } from './family.ts';
import { negativeBinomial } from './negative-binomial.ts';
import { power } from './power.ts';

export const FAMILY: Readonly<Record<FamilyName, Family>> = { power, nb2: negativeBinomial };
