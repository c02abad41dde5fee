/**
 * The watched calls beside AWS's own models of their inputs: those of the SDK's clients that are installed here, and for
 * every call those of botocore (test/vectors/aws-calls, made by the script beside it from botocore 1.43.11).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { callsOf, WATCHED_CALLS, type WatchedCalls } from '../../shared/base/watched-calls.ts';

const folder = join(import.meta.dirname, '../vectors/aws-calls');
const INPUTS = JSON.parse(readFileSync(join(folder, 'inputs.json'), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

/** CloudTrail's name of an S3 call, where it is not the operation's. Source: S3 user guide, "Amazon S3 CloudTrail events". */
const S3_OPERATIONS: Readonly<Record<string, string>> = {
  PutBucketLifecycle: 'PutBucketLifecycleConfiguration',
  PutBucketObjectLockConfiguration: 'PutObjectLockConfiguration',
  PutBucketPublicAccessBlock: 'PutPublicAccessBlock',
  DeleteBucketPublicAccessBlock: 'DeletePublicAccessBlock',
};

function operationOf(call: string): string {
  const [service = '', name = ''] = call.split(':');
  // Both models of API Gateway record their calls under one source.
  if (name.endsWith('ApiMapping')) return `apigatewayv2:${name}`;
  return service === 's3' ? `s3:${S3_OPERATIONS[name] ?? name}` : call;
}

/** `keyId` of a record is `KeyId` of the input; S3's records call the bucket `bucketName`. */
const inputMember = (call: string, member: string): string =>
  call.startsWith('s3:') && member === 'bucketName' ? 'Bucket' : member;
const isMember = (members: readonly string[], call: string, member: string): boolean =>
  members.some((known) => known.toLowerCase() === inputMember(call, member).toLowerCase());

const ROWS: readonly WatchedCalls[] = Object.values(WATCHED_CALLS);
const CALLS = callsOf(ROWS);
const MEMBERS = ROWS.flatMap(({ calls }) =>
  Object.entries(calls).flatMap(([call, members]) => members.map((member) => [call, member] as const)),
);

/** A schema of the SDK: `[9, namespace, name, traits, input, output]` of an operation, `[3, …, members, …]` of an input. */
type Schema = readonly [number, string, string, unknown, unknown, unknown?];
const CLIENTS = { cloudtrail, dynamodb, kms, lambda, s3 } as unknown as Readonly<
  Record<string, Readonly<Record<string, Schema | undefined>>>
>;

function sdkMembers(call: string): readonly string[] | undefined {
  const [service = '', operation = ''] = operationOf(call).split(':');
  const schema = CLIENTS[service]?.[`${operation}$`];
  const input = schema?.[4];
  const shape = typeof input === 'function' ? (input as () => Schema)() : undefined;
  return shape?.[4] as readonly string[] | undefined;
}

describe('every watched call', () => {
  test('is an operation of AWS, and the members that name what is ours are in its input', () => {
    expect(Object.keys(INPUTS).sort()).toEqual([...new Set(CALLS.map(operationOf))].sort());
    expect(MEMBERS.filter(([call, member]) => !isMember(INPUTS[operationOf(call)] ?? [], call, member))).toEqual([]);
  });

  test('is the same in the SDK’s clients that the vault uses', () => {
    const known = CALLS.filter((call) => (call.split(':')[0] ?? '') in CLIENTS);
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((call) => sdkMembers(call) === undefined)).toEqual([]);
    const installed = MEMBERS.filter(([call]) => known.includes(call));
    expect(installed.filter(([call, member]) => !isMember(sdkMembers(call) ?? [], call, member))).toEqual([]);
  });

  test('has its members as botocore on this machine has them, where it is here', () => {
    const { status, stdout } = spawnSync('python3', [join(folder, 'inputs.py'), ...Object.keys(INPUTS)], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    // An older version may lack a call; one that it knows has the member.
    const here = (status === 0 ? JSON.parse(stdout) : INPUTS) as typeof INPUTS;
    const known = MEMBERS.filter(([call]) => here[operationOf(call)] !== undefined);
    expect(known.filter(([call, member]) => !isMember(here[operationOf(call)] ?? [], call, member))).toEqual([]);
  });

  test('is spelled as CloudTrail spells members: from a small letter on', () => {
    expect(MEMBERS.filter(([, member]) => !/^[a-z][A-Za-z]+(?:\.[a-z][A-Za-z]+)?$/.test(member))).toEqual([]);
  });
});
