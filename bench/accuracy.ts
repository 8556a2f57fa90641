/** Every accuracy figure in turn; each says so when its data is not there. */

import { benchFulton } from './fulton.ts';
import { benchM5 } from './m5.ts';
import { benchOrangeJuice } from './orange-juice.ts';
import { benchProduce } from './produce.ts';
import { benchRecovery } from './recovery.ts';

console.log('## Produce (kg)\n');
await benchProduce();
console.log('\n## Intermittent units (M5, store TX_3, FOODS_3)\n');
await benchM5();
console.log('\n## Elasticity with an endogenous price (Fulton fish market)\n');
await benchFulton();
console.log('\n## Pooling (orange juice, store x brand)\n');
await benchOrangeJuice();
console.log('\n## Recovery of known truth (simulated cells)\n');
await benchRecovery();
