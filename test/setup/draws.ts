/**
 * Bytes for what tests make up: ids, keys, nonces. They follow from the seed of the run, so that a failure that hangs
 * on the digits of an id comes again with the seed. Outside `npm test` there is no seed, and nothing to repeat.
 */
import { randomBytes } from 'node:crypto';
import { chance } from '../../tools/simulation/chance.ts';

const { FUDA_TEST_SEED: seed } = process.env;

/** The same sequence in every file of a run. Not for names that two files must not share. */
export const drawBytes: (byteLength: number) => Buffer = seed === undefined ? randomBytes : drawnBy(Number(seed));

function drawnBy(seed: number): typeof drawBytes {
  const { bytes } = chance(seed);
  return (byteLength) => Buffer.from(bytes(byteLength));
}
