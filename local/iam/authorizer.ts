/**
 * Refuses what AWS would refuse: each call is simulated against the policies of the calling role and of the table or
 * key, as the template states them. Decisions are cached by all their inputs, so that hundreds of equal calls cost one
 * simulation.
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { accessDenied } from '../base/aws-error.ts';
import type { NamedPolicy } from '../template/compute.ts';
import type { PolicyDocument } from '../template/policy.ts';
import type { Principal } from './principal.ts';
import { conditionKeys, PRESENCE, simulated, simulatedKey } from './rewrite.ts';

export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  readonly principal: Pick<Principal, 'arn' | 'identityArn' | 'policies' | 'boundary'>;
  readonly action: string;
  readonly resourceArn: string;
  readonly resourcePolicy: PolicyDocument | undefined;
  /** Condition keys of this request, such as `kms:EncryptionContext:purpose`. */
  readonly context: RequestContext;
}

/** Called with every request and the policies' decision on it. */
export type Observer = (request: AccessRequest, isAllowed: boolean) => void;

const MAX_REMEMBERED = 10_000;
const PRESENT = 'present';

type Verdict = 'allowed' | 'denied' | 'not allowed by identity' | 'not allowed by resource';

/** The end of IAM's sentence for a refusal. */
const REASONS: Readonly<Record<Exclude<Verdict, 'allowed'>, (action: string) => string>> = {
  denied: () => 'with an explicit deny in an identity-based or resource-based policy',
  'not allowed by identity': (action) => `because no identity-based policy allows the ${action} action`,
  'not allowed by resource': (action) => `because no resource-based policy allows the ${action} action`,
};

export class Authorizer {
  readonly #accountId: string;
  readonly #observe: Observer;
  readonly #remembered = new Map<string, Promise<Verdict>>();
  /** A number for each document, and the condition keys it reads; documents never change. */
  readonly #documents = new WeakMap<
    PolicyDocument,
    { readonly number: number; readonly keys: ReadonlyMap<string, number> }
  >();
  #documentsSeen = 0;

  constructor(accountId: string, observe: Observer = () => {}) {
    this.#accountId = accountId;
    this.#observe = observe;
  }

  /** Returns if allowed; otherwise throws AccessDeniedException with IAM's sentence. */
  async authorize(request: AccessRequest): Promise<void> {
    const verdict = await this.#decide(request);
    this.#observe(request, verdict === 'allowed');
    if (verdict === 'allowed') return;
    throw accessDenied(request.principal.arn, request.action, request.resourceArn, REASONS[verdict](request.action));
  }

  #decide(request: AccessRequest): Promise<Verdict> {
    const { principal, resourcePolicy, action, resourceArn } = request;
    const attached = [...principal.policies, ...(principal.boundary ? [principal.boundary] : [])];
    const documents = [...attached.map(({ document }) => document), ...(resourcePolicy ? [resourcePolicy] : [])];
    const known = documents.map((document) => this.#document(document));
    const context = this.#contextRead(request, known);
    const key = JSON.stringify([known.map(({ number }) => number), principal.arn, action, resourceArn, context]);
    const remembered = this.#remembered.get(key);
    if (remembered) return remembered;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    const verdict = simulate(request, Object.fromEntries(context), this.#accountId);
    this.#remembered.set(key, verdict);
    return verdict;
  }

  /**
   * The part of the request's context that any of the policies reads, in order of name. Where they ask only whether a key
   * is there, as for the record in an encryption context, each value stands for all; where they ask how it begins, as for
   * an entry of the Ledger, its beginning does.
   */
  #contextRead(
    { principal, context }: AccessRequest,
    documents: readonly { readonly keys: ReadonlyMap<string, number> }[],
  ): [string, string | string[]][] {
    return Object.entries({ ...context, ...this.#always(principal.identityArn) })
      .flatMap(([name, value]): [string, string | string[]][] => {
        const reads = documents.flatMap(({ keys }) => keys.get(name.toLowerCase()) ?? []);
        if (reads.length === 0) return [];
        const lengthRead = Math.max(...reads);
        if (lengthRead === PRESENCE && value.length > 0) return [[simulatedKey(name), PRESENT]];
        const cut = (text: string) => text.slice(0, lengthRead);
        return [[simulatedKey(name), typeof value === 'string' ? cut(value) : [...new Set(value.map(cut))].sort()]];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Condition keys that AWS sets on every call. Loopback plays the TLS endpoint, so transport counts as secure. */
  #always(identityArn: string): RequestContext {
    return {
      'aws:PrincipalAccount': this.#accountId,
      'aws:PrincipalArn': identityArn,
      'aws:SecureTransport': 'true',
      'aws:SourceIp': '127.0.0.1',
    };
  }

  #document(document: PolicyDocument) {
    const known = this.#documents.get(document);
    if (known) return known;
    this.#documentsSeen += 1;
    const seen = { number: this.#documentsSeen, keys: conditionKeys(document) };
    this.#documents.set(document, seen);
    return seen;
  }
}

const named = ({ name, document }: NamedPolicy) => ({ name, policy: simulated(document) });

async function simulate(
  { principal, action, resourceArn, resourcePolicy }: AccessRequest,
  contextVariables: Record<string, string | string[]>,
  accountId: string,
): Promise<Verdict> {
  const response = await runSimulation(
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
  if (response.resultType === 'error') {
    throw new Error(`the policies around ${principal.arn} cannot be simulated: ${JSON.stringify(response.errors)}`);
  }
  if (response.overallResult === 'Allowed') return 'allowed';
  if (response.overallResult === 'ExplicitlyDenied') return 'denied';
  const identity = response.resultType === 'single' ? response.result.analysis.identityAnalysis?.result : undefined;
  return identity === 'Allowed' ? 'not allowed by resource' : 'not allowed by identity';
}
