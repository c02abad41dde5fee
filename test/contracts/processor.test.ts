/** Every processor of the registry, held to the contract. */
import { benches } from './benches.ts';
import { contractOf } from './contract.ts';

for (const bench of benches) contractOf(bench);
