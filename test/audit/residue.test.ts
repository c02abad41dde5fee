/** The residue scan sees exactly the tokens that hold ciphertext past their time, on every DynamoDB engine (V2). */
import { describe, expect, test } from '@jest/globals';
import { readResidue } from '../../audit/erasure/residue.ts';
import { putNew } from '../../shared/base/dynamo.ts';
import { eraseToken } from '../../shared/vault/tokens.ts';
import { ENGINES } from '../setup/engines.ts';
import { useInEach } from '../setup/use.ts';
import { openWorld } from '../setup/world.ts';

const HOUR_MS = 60 * 60_000;

describe.each(ENGINES)('on $name', (engine) => {
  const world = useInEach(() => openWorld(engine));

  test('a token is overdue from ten minutes past its expiry until it is erased', async () => {
    const { deps, clock } = world;
    const expiresAtMs = deps.clock.nowMs() + HOUR_MS;
    for (const [number, late] of [0, 0, 2 * HOUR_MS].entries()) {
      const expires = { expires_at_ms: expiresAtMs + late, due_shard: String(number) };
      await putNew(deps, 'Tokens', { token_hash: `hash_${number}`, cvc_ct: new Uint8Array([1]), ...expires });
    }
    const records = async () => (await readResidue(deps)).overdue.items.map(({ record }) => record);
    expect(await records()).toEqual([]);
    clock.advance(HOUR_MS + 9 * 60_000);
    expect(await records()).toEqual([]);
    clock.advance(2 * 60_000);
    expect(await records()).toEqual(['hash_0', 'hash_1']);
    await eraseToken(deps, 'hash_0');
    expect((await readResidue(deps)).overdue).toMatchObject({
      total: 1,
      items: [{ record: 'hash_1', expiresAtMs }],
    });
  });
});
