/** DynamoDB of which every response to a put is lost once: the SDK then sends the same put again. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deps } from '../../shared/base/deps.ts';

export function puttingTwice<Given extends Deps>(deps: Given): Given {
  const { dynamodb } = deps;
  const send = async (command: Parameters<typeof dynamodb.send>[0]) => {
    if (command instanceof PutItemCommand) await dynamodb.send(command);
    return dynamodb.send(command);
  };
  return { ...deps, dynamodb: Object.create(dynamodb, { send: { value: send } }) };
}
