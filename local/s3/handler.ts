/**
 * S3 over the wire, as far as the trail's bucket needs it: list, read, and put new objects. The AWS CLI validates the
 * trail over it, with the older of S3's two lists. As in S3, a caller needs
 * permissions on the bucket and on the key that encrypts its objects.
 */
import { createHash, randomBytes } from 'node:crypto';
import { base32 } from '../../shared/base/ids.ts';
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import type { Service, ServiceCall, ServiceResponse } from '../endpoint/service.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { BucketDefinition, KeyDefinition } from '../template/storage.ts';
import type { Objects } from './objects.ts';
import { errorXml, listXml, locationXml, olderListXml } from './xml.ts';

export interface ServedBucket {
  readonly definition: BucketDefinition;
  readonly objects: Objects;
  /** The key that encrypts its objects; undefined for S3-managed keys. */
  readonly key: KeyDefinition | undefined;
}

const OPERATIONS = {
  ListObjects: { action: 's3:ListBucket', keyAction: undefined, readOnly: true },
  GetBucketLocation: { action: 's3:GetBucketLocation', keyAction: undefined, readOnly: true },
  GetObject: { action: 's3:GetObject', keyAction: 'kms:Decrypt', readOnly: true },
  // HeadObject needs the same rights as GetObject.
  HeadObject: { action: 's3:GetObject', keyAction: 'kms:Decrypt', readOnly: true },
  PutObject: { action: 's3:PutObject', keyAction: 'kms:GenerateDataKey', readOnly: false },
} as const;

type Operation = keyof typeof OPERATIONS;

interface Request {
  readonly operation: Operation;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

export function s3Service(buckets: readonly ServedBucket[], authorizer: Authorizer, region: string): Service {
  return {
    target: 's3',
    contentType: 'application/xml',
    requestId: () => base32(randomBytes(10), 16).toUpperCase(),
    renderError: errorXml,
    async call(call: ServiceCall): Promise<ServiceResponse> {
      let event: ServiceEvent | null = null;
      try {
        const request = readRequest(call);
        const bucket = buckets.find(({ definition }) => definition.name === request.bucket);
        if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
        event = eventOf(request, bucket.definition);
        await authorize(authorizer, call, request, { ...bucket, region });
        return { ...run(request, call, { ...bucket, region }), event };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // S3 uses another error name and status for a refusal.
        const isDenied = error.trailCode === 'AccessDenied';
        const refusal = isDenied ? new AwsError('AccessDenied', error.message, { status: 403 }) : error;
        const record = event && { ...event, errorCode: refusal.trailCode, errorMessage: refusal.message };
        return { status: refusal.status, body: errorXml(refusal), event: record };
      }
    },
  };
}

function readRequest({ method, path }: ServiceCall): Request {
  const url = new URL(path, 'http://127.0.0.1');
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const operation = operationOf(method, key, url.searchParams);
  if (operation === undefined) throw new AwsError('NotImplemented', 'Not available locally.', { status: 501 });
  return { operation, bucket, key, query: url.searchParams };
}

function operationOf(method: string, key: string, query: URLSearchParams): Operation | undefined {
  if (key === '' && method === 'GET') {
    if (query.has('location')) return 'GetBucketLocation';
    return [null, '2'].includes(query.get('list-type')) ? 'ListObjects' : undefined;
  }
  if (key === '') return undefined;
  return ({ GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' } as const)[method];
}

async function authorize(
  authorizer: Authorizer,
  { principal }: ServiceCall,
  { operation, key, query }: Request,
  { definition, key: bucketKey, region }: Pick<ServedBucket, 'definition' | 'key'> & { readonly region: string },
): Promise<void> {
  const { action, keyAction } = OPERATIONS[operation];
  const { arn, policy } = definition;
  await authorizer.authorize({
    principal,
    action,
    resourceArn: key === '' ? arn : `${arn}/${key}`,
    resourcePolicy: policy,
    context: operation === 'ListObjects' ? { 's3:prefix': query.get('prefix') ?? '' } : {},
  });
  if (keyAction === undefined || bucketKey === undefined) return;
  await authorizer.authorize({
    principal,
    action: keyAction,
    resourceArn: bucketKey.arn,
    resourcePolicy: bucketKey.policy,
    context: {
      'kms:CallerAccount': bucketKey.arn.split(':')[4] ?? '',
      'kms:ViaService': `s3.${region}.amazonaws.com`,
      'kms:EncryptionContextKeys': ['aws:s3:arn'],
      'kms:EncryptionContext:aws:s3:arn': arn,
    },
  });
}

function run(
  { operation, key, query }: Request,
  call: ServiceCall,
  { definition, objects, region }: ServedBucket & { readonly region: string },
): Omit<ServiceResponse, 'event'> {
  if (operation === 'GetBucketLocation') return { status: 200, body: locationXml(region) };
  if (operation === 'ListObjects') {
    const isOlder = query.get('list-type') === null;
    const request = {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      // The continuation token is the last name; S3's callers treat it as opaque.
      after: query.get(isOlder ? 'marker' : 'continuation-token') ?? query.get('start-after') ?? '',
      maxKeys: Number(query.get('max-keys') ?? 1000),
    };
    const body = isOlder ? olderListXml : listXml;
    return { status: 200, body: body(definition.name, request, objects.list(request)) };
  }
  if (operation === 'PutObject') return put(key, call, objects);
  const object = objects.get(key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  const { bytes, range } = cut(object.bytes, String(call.headers.range ?? ''));
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    status: range === undefined ? 200 : 206,
    body: bytes,
    headers: {
      ...Object.fromEntries(metadata),
      etag: `"${createHash('md5').update(object.bytes).digest('hex')}"`,
      'last-modified': new Date(object.modifiedMs).toUTCString(),
      'content-type': 'application/octet-stream',
      ...(range !== undefined && { 'content-range': range }),
    },
  };
}

/** Puts new objects only, because files beside the trail are written once. */
function put(key: string, { body, headers }: ServiceCall, objects: Objects): Omit<ServiceResponse, 'event'> {
  if (headers['if-none-match'] !== '*') throw new AwsError('NotImplemented', 'Not available locally.', { status: 501 });
  if (!objects.putNew(key, body)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
    });
  }
  return { status: 200, body: '', headers: { etag: `"${createHash('md5').update(body).digest('hex')}"` } };
}

/** `bytes=100-`, the one form the readers use. */
function cut(bytes: Buffer, header: string): { bytes: Buffer; range: string | undefined } {
  const from = Number(/^bytes=(\d+)-$/.exec(header)?.[1] ?? Number.NaN);
  if (!(from < bytes.length)) return { bytes, range: undefined };
  return { bytes: bytes.subarray(from), range: `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
}

const eventOf = ({ operation, bucket, key }: Request, { arn }: BucketDefinition): ServiceEvent => ({
  eventSource: 's3.amazonaws.com',
  eventName: operation,
  category: 'Data',
  readOnly: OPERATIONS[operation].readOnly,
  requestParameters: { bucketName: bucket, ...(key !== '' && { key }) },
  resources: [
    { type: 'AWS::S3::Object', arn: `${arn}/${key}` },
    { type: 'AWS::S3::Bucket', arn },
  ],
});
