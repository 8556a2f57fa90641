/** Every accuracy figure in turn; each says so when its data is not there. */

import { benchFulton } from './fulton.ts';
import { benchProduce } from './produce.ts';

console.log('## Produce (kg)\n');
await benchProduce();
console.log('\n## Elasticity with an endogenous price (Fulton fish market)\n');
await benchFulton();
