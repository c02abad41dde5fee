/** KMS over the wire: JSON in, permissions checked on every key a request uses, JSON and a CloudTrail record out. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import { errorBody, refusal, type Service, type ServiceCall, type ServiceResponse } from '../endpoint/service.ts';
import type { Authorizer, RequestContext } from '../iam/authorizer.ts';
import type { Principal } from '../iam/principal.ts';
import type { Key } from './keys.ts';
import { type KeyUse, type Kms, OPERATIONS } from './operations.ts';
import { isOperation, type KmsOperation, parseRequest } from './request.ts';

export function kmsService(kms: Kms, authorizer: Authorizer): Service {
  return {
    target: 'TrentService',
    contentType: 'application/x-amz-json-1.1',
    requestId: randomUUID,
    renderError: errorBody,
    async call({ operation, body, principal }: ServiceCall): Promise<ServiceResponse> {
      if (!isOperation(operation))
        return refusal(new AwsError('UnknownOperationException', 'Not available locally.'), null);
      return run(kms, authorizer, { operation, body, principal });
    },
  };
}

interface KnownCall extends Pick<ServiceCall, 'body' | 'principal'> {
  readonly operation: KmsOperation;
}

async function run(
  kms: Kms,
  authorizer: Authorizer,
  { operation, body, principal }: KnownCall,
): Promise<ServiceResponse> {
  // The table pairs each definition with its request type; the compiler cannot see that.
  const definition = OPERATIONS[operation] as (typeof OPERATIONS)['Encrypt'];
  let event: ServiceEvent = eventOf(operation, null, []);
  try {
    const request = parseRequest(operation, parseJson(body)) as Parameters<typeof definition.run>[1];
    event = eventOf(operation, definition.requestParameters(request, []), []);
    const uses = definition.uses(kms, request);
    event = eventOf(operation, definition.requestParameters(request, uses), uses);
    for (const use of uses) await authorize(authorizer, principal, use, uses);
    const keys = uses.map(({ key }) => key);
    const result = definition.run(kms, request, keys);
    return {
      status: 200,
      body: JSON.stringify(result, encodeBytes),
      event: { ...event, ...materialIds(result, keys) },
    };
  } catch (error) {
    // The record of a refused caller has no request parameters.
    const isDenied = error instanceof AwsError && error.trailCode === 'AccessDenied';
    return refusal(error, isDenied ? { ...event, requestParameters: null } : event);
  }
}

function authorize(authorizer: Authorizer, principal: Principal, use: KeyUse, uses: readonly KeyUse[]): Promise<void> {
  const names = Object.keys(use.context);
  const sameKey = uses.length > 1 && uses.every(({ key }) => key === use.key);
  const context: RequestContext = {
    'kms:CallerAccount': use.key.arn.split(':')[4] ?? '',
    ...(names.length > 0 && { 'kms:EncryptionContextKeys': names }),
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, use.context[name] ?? ''])),
    ...(use.key.usage === 'ENCRYPT_DECRYPT' && { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' }),
    ...(use.key.usage === 'GENERATE_VERIFY_MAC' && { 'kms:MacAlgorithm': 'HMAC_SHA_256' }),
    ...(uses.length > 1 && { 'kms:ReEncryptOnSameKey': String(sameKey) }),
  };
  return authorizer.authorize({
    principal,
    action: use.action,
    resourceArn: use.key.arn,
    resourcePolicy: use.key.policy,
    context,
  });
}

/** No operation here changes a key, so CloudTrail calls each a read-only management event. */
const eventOf = (
  operation: KmsOperation,
  requestParameters: Record<string, unknown> | null,
  uses: readonly KeyUse[],
): ServiceEvent => ({
  eventSource: 'kms.amazonaws.com',
  eventName: operation,
  category: 'Management',
  readOnly: true,
  requestParameters,
  resources: uses.map(({ key }) => ({ type: 'AWS::KMS::Key', arn: key.arn })),
});

/** The generation of a symmetric key that was used. */
function materialIds(result: Record<string, unknown>, keys: readonly Key[]): Pick<ServiceEvent, 'additionalEventData'> {
  if (result.SourceKeyMaterialId !== undefined) {
    const { SourceKeyMaterialId, DestinationKeyMaterialId } = result;
    return {
      additionalEventData: {
        sourceKeyMaterialId: SourceKeyMaterialId,
        destinationKeyMaterialId: DestinationKeyMaterialId,
      },
    };
  }
  if (result.EncryptionAlgorithm === undefined) return {};
  return { additionalEventData: { keyMaterialId: result.KeyMaterialId ?? keys[0]?.current.id } };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request is not JSON.');
  }
}

/** Blobs are base64. JSON.stringify calls a Buffer's toJSON before the replacer, so the replacer reads the holder. */
function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return Buffer.isBuffer(original) ? original.toString('base64') : value;
}
