/** What a rough local AWS does to a call: waits, throttles and lost responses, each of which an SDK survives. */
import { describe, expect, test } from '@jest/globals';
import { faultOf, type Roughness } from '../../local/endpoint/rough.ts';
import { chance } from '../../tools/simulation/chance.ts';

const CALLS = 500;

const NOTHING = Buffer.from('{}');

function faultsOf(target: string, attempt = 1, { seed = 7, body = NOTHING } = {}): (Roughness | undefined)[] {
  const { below } = chance(seed);
  const headers = { 'x-amz-target': target, 'amz-sdk-request': `attempt=${attempt}; max=3` };
  return Array.from({ length: CALLS }, () => faultOf(headers, body, below));
}
const throttled = (faults: readonly (Roughness | undefined)[]) => new Set(faults.map((fault) => fault?.throttledAs));
const isLost = (fault: Roughness | undefined) => fault?.losesResponse === true;

describe('a rough AWS', () => {
  test.each([
    ['TrentService.Decrypt', 'ThrottlingException'],
    ['DynamoDB_20120810.Query', 'ProvisionedThroughputExceededException'],
  ])('throttles %s by the name of %s', (target, name) => {
    expect(throttled(faultsOf(target))).toEqual(new Set([undefined, name]));
  });

  test.each(['PutItem', 'UpdateItem', 'DeleteItem'])('loses some responses of %s', (operation) => {
    const lost = faultsOf(`DynamoDB_20120810.${operation}`).filter(isLost);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(CALLS / 4);
  });

  test.each(['TrentService.Decrypt', 'DynamoDB_20120810.GetItem', 'DynamoDB_20120810.Query'])(
    'loses no response of %s, which writes nothing',
    (target) => {
      expect(faultsOf(target).filter(isLost)).toEqual([]);
    },
  );

  test.each([
    ['counts', { UpdateExpression: 'SET a = :a ADD attempts :one' }],
    ['returns what it removed', { UpdateExpression: 'REMOVE pan_ct', ReturnValues: 'ALL_OLD' }],
  ])('loses no response of a write that %s, which the SDK cannot safely repeat', (_what, request) => {
    const body = Buffer.from(JSON.stringify(request));
    expect(faultsOf('DynamoDB_20120810.UpdateItem', 1, { body }).filter(isLost)).toEqual([]);
  });

  test('lets calls overtake each other', () => {
    const waits = faultsOf('TrentService.Encrypt', 2).map((fault) => fault?.beforeMs ?? -1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  test('only delays what an SDK sends again', () => {
    const faults = faultsOf('DynamoDB_20120810.PutItem', 2);
    expect([throttled(faults), faults.filter(isLost)]).toEqual([new Set([undefined]), []]);
  });

  test('leaves other services alone', () => {
    expect(new Set(faultsOf('AmazonSQS.SendMessage'))).toEqual(new Set([undefined]));
    expect(faultOf({}, NOTHING, () => 0)).toBe(undefined);
  });

  test('does the same for the same seed', () => {
    const target = 'DynamoDB_20120810.PutItem';
    expect(faultsOf(target)).toEqual(faultsOf(target));
    expect(faultsOf(target, 1, { seed: 8 })).not.toEqual(faultsOf(target));
  });
});
