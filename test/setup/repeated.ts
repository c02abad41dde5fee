/**
 * DynamoDB of which every response to a write is lost once: the SDK then sends the same write again. Not where a write
 * counts or returns what it removed: callers expect no more of those than that they may happen twice.
 */
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deps } from '../../shared/base/deps.ts';

export function writingTwice<Given extends Deps>(deps: Given): Given {
  const { dynamodb } = deps;
  const send = async (command: Parameters<typeof dynamodb.send>[0]) => {
    if (command instanceof PutItemCommand) await dynamodb.send(command);
    if (command instanceof UpdateItemCommand && mayRepeat(command)) await dynamodb.send(command);
    return dynamodb.send(command);
  };
  return { ...deps, dynamodb: Object.create(dynamodb, { send: { value: send } }) };
}

const mayRepeat = ({ input }: UpdateItemCommand): boolean =>
  input.ReturnValues !== 'ALL_OLD' && !/\bADD\b/.test(input.UpdateExpression ?? '');
