/** What the simulation found in the vault stays fixed, and what is planted in it is found. */
import { describe, expect, test } from '@jest/globals';
import { freezeUntil, storiesOf, strikeAt } from '../../../tools/simulation/plans.ts';
import { PLANTED, type PlantedBug } from '../../../tools/simulation/planted.ts';
import { type Plan, play, type Story } from '../../../tools/simulation/story.ts';

const STORIES_MAX = 400;

/** The first story that breaks the promise, and how many ran until then. */
async function find(bug: PlantedBug): Promise<{ story: Story; told: number } | null> {
  let told = 0;
  for await (const story of storiesOf(bug)) {
    told += 1;
    if (story.broken.some((broken) => broken.promise === bug.breaks)) return { story, told };
    if (told >= STORIES_MAX) return null;
  }
  return null;
}

describe('a vault that', () => {
  test.each(PLANTED.map((bug) => [bug.says, bug] as const))('%s is found out', async (_, bug) => {
    const found = await find(bug);
    expect(found).not.toBeNull();
    // The same story without the bug holds: it is the bug that was found.
    if (found) expect((await play(found.story.plan)).broken).toEqual([]);
  });
});

describe('what the simulation once found', () => {
  const saidLast = (story: Story) => story.responses.at(-1)?.said;
  const holds = async (plan: Plan): Promise<Story> => {
    const story = await play(plan);
    expect(story.broken).toEqual([]);
    return story;
  };

  test('a spend with a lost response fails the charge as interrupted, not as spent by another (V6)', async () => {
    const story = await holds(await strikeAt('charge a token', 'UpdateItem Tokens', 'response_lost_once'));
    expect(saidLast(story)).toMatchObject({ status: 'failed', failure_code: 'interrupted' });
  });

  test('an unknown outcome is noted once, though the SDK wrote it twice (V9)', async () => {
    const story = await holds(await strikeAt('charge a silent processor', 'UpdateItem Ledger', 'response_lost_once'));
    expect(story.lines.filter(({ name, by }) => name === 'UpdateItem Ledger' && by.endsWith('(1)'))).toHaveLength(2);
  });

  test.each(['UpdateItem Tokens', 'Decrypt PanKey', 'UpdateItem Simulator'])(
    'an authorization released behind a request that froze at %s is not called authorized (V8)',
    async (call) => {
      const released = 'UpdateItem Simulator';
      const story = await holds(await freezeUntil('authorize a token', call, 'freeze_before', released));
      expect(saidLast(story)).toMatchObject({ status: 'failed' });
    },
  );

  test('a decryption carried out thrice and never responded to is explained by what the charge recorded (V5)', async () => {
    const story = await holds(await strikeAt('charge a token', 'Decrypt PanKey', 'response_lost'));
    expect(saidLast(story)).toMatchObject({ status: 'failed', failure_code: 'interrupted' });
  });

  test('a store still under way gets busy, not that the card is lost (V6)', async () => {
    const story = await holds(await strikeAt('store a card', 'UpdateItem Tokens', 'freeze_after'));
    expect(story.responses[0]?.said).toMatchObject({ code: 'busy' });
    expect(saidLast(story)).toMatchObject({ object: 'card', status: 'active' });
  });

  test('a card is not stored after its charge was resolved without it (V8)', async () => {
    const scenario = 'charge a token and save its card';
    const story = await holds(await freezeUntil(scenario, 'PutItem Cards', 'freeze_before', 'UpdateItem Ledger'));
    expect(saidLast(story)).toMatchObject({ status: 'captured', saved_card: null });
  });

  test('events that are copied while their endpoint says that it is gone are kept for its replay (V9)', async () => {
    await holds(await strikeAt('deliver to an endpoint that is gone', 'UpdateItem Ledger', 'throttled'));
  });

  test('a refund of the rest, overtaken by another, refunds the new rest (V6)', async () => {
    const scenario = 'the same refund twice beside another';
    for (let seed = 80; seed < 90; seed += 1) await holds({ scenario, seed, faults: [], isShuffled: true });
  });
});
