/**
 * Refuses what AWS would refuse: each call is simulated against the policies of the calling role and of the table or
 * key, as the template states them. Decisions are remembered by everything that can change them, so that hundreds of
 * equal calls cost one simulation.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { accessDenied } from '../aws-error.ts';
import type { NamedPolicy } from '../template/compute.ts';
import type { PolicyDocument } from '../template/policy.ts';
import type { Principal } from './principal.ts';
import { conditionKeys, simulated, simulatedKey } from './rewrite.ts';

export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  readonly principal: Pick<Principal, 'arn' | 'identityArn' | 'policies' | 'boundary'>;
  readonly action: string;
  readonly resourceArn: string;
  readonly resourcePolicy: PolicyDocument | undefined;
  /** Condition keys of this request, such as `kms:EncryptionContext:purpose`. */
  readonly context: RequestContext;
}

const MAX_REMEMBERED = 10_000;

type Verdict = 'allowed' | 'explicitly denied' | 'not allowed';

export class Authorizer {
  readonly #accountId: string;
  readonly #remembered = new Map<string, Promise<Verdict>>();
  /** Keys that the given policies look at; a policy document never changes while the runtime runs. */
  readonly #keysRead = new WeakMap<PolicyDocument, ReadonlySet<string>>();

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  /** Returns when allowed; throws AccessDeniedException in IAM's words when not. */
  async authorize(request: AccessRequest): Promise<void> {
    const verdict = await this.#decide(request);
    if (verdict === 'allowed') return;
    const reason =
      verdict === 'explicitly denied'
        ? 'with an explicit deny in an identity-based or resource-based policy'
        : `because no identity-based policy allows the ${request.action} action`;
    throw accessDenied(request.principal.arn, request.action, request.resourceArn, reason);
  }

  #decide(request: AccessRequest): Promise<Verdict> {
    const context = this.#readContext(request);
    const key = JSON.stringify([request.principal.arn, request.action, request.resourceArn, context]);
    const known = this.#remembered.get(key);
    if (known) return known;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    const verdict = simulate(request, Object.fromEntries(context), this.#accountId);
    this.#remembered.set(key, verdict);
    return verdict;
  }

  /** The part of the request's context that any of the policies reads, in order of name. */
  #readContext({ principal, resourcePolicy, context }: AccessRequest): [string, string | string[]][] {
    const documents = [...principal.policies, ...(principal.boundary ? [principal.boundary] : [])].map(
      ({ document }) => document,
    );
    const read = [...documents, ...(resourcePolicy ? [resourcePolicy] : [])].map((document) => this.#keys(document));
    return Object.entries({ ...context, ...this.#always(principal.identityArn) })
      .filter(([name]) => read.some((keys) => keys.has(name.toLowerCase())))
      .map(([name, value]): [string, string | string[]] => [
        simulatedKey(name),
        typeof value === 'string' ? value : [...value].sort(),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What AWS knows about every call. Loopback stands for the TLS endpoint, so transport counts as secure. */
  #always(identityArn: string): RequestContext {
    return {
      'aws:PrincipalAccount': this.#accountId,
      'aws:PrincipalArn': identityArn,
      'aws:SecureTransport': 'true',
      'aws:SourceIp': '127.0.0.1',
    };
  }

  #keys(document: PolicyDocument): ReadonlySet<string> {
    const known = this.#keysRead.get(document);
    if (known) return known;
    const keys = conditionKeys(document);
    this.#keysRead.set(document, keys);
    return keys;
  }
}

const named = ({ name, document }: NamedPolicy) => ({ name, policy: simulated(document) });

async function simulate(
  { principal, action, resourceArn, resourcePolicy }: AccessRequest,
  contextVariables: Record<string, string | string[]>,
  accountId: string,
): Promise<Verdict> {
  const answer = await runSimulation(
    {
      request: {
        principal: principal.arn,
        action,
        resource: { resource: resourceArn, accountId },
        contextVariables,
      },
      identityPolicies: principal.policies.map(named),
      ...(principal.boundary && { permissionBoundaryPolicies: [named(principal.boundary)] }),
      resourcePolicy: resourcePolicy && simulated(resourcePolicy),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') {
    throw new Error(`the policies around ${principal.arn} cannot be simulated: ${JSON.stringify(answer.errors)}`);
  }
  if (answer.overallResult === 'Allowed') return 'allowed';
  return answer.overallResult === 'ExplicitlyDenied' ? 'explicitly denied' : 'not allowed';
}
