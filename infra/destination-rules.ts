/** The form of each destination that a deployment names, and what may not stand beside what. */
import * as z from 'zod/mini';
import type { LiveDestination } from '../shared/base/destinations.ts';

/** `api.psp.example` or, beside port 443, `auth.acquirer.example:7001`. */
const Host = z
  .string()
  .check(z.regex(/^(?=.{4,253}(?::|$))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(:(?!443$)[1-9][0-9]{0,4})?$/));
/** The fingerprint of a credential, or the name by which the receiver knows an account. */
const Account = z.string().check(z.regex(/^(?:sha256-[0-9a-f]{32}|[A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/));
const Name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/));
const CaFingerprint = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const Place = z.string().check(z.regex(/^(?:\/[\x21-\x7e]{0,199}|header:[!#$%&'*+\-.^_`|~0-9a-z]{1,100})$/));
const few = <Item extends z.core.$ZodType>(item: Item) => z.array(item).check(z.minLength(1), z.maxLength(50));

const receiver = {
  name: Name,
  hosts: few(Host),
  /** The accounts that may receive there: a credential by its fingerprint, or an account by name. */
  accounts: few(Account),
  /** SHA-256 of the one certificate authority that is trusted for it, instead of the public ones. */
  caSha256: z.optional(CaFingerprint),
  merchants: z.optional(few(z.string().check(z.regex(/^mer_[a-z2-7]{26}$/)))),
};

const Destination = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('processor'), ...receiver }),
  z.strictObject({
    kind: z.literal('forward'),
    ...receiver,
    /** Paths under which requests may go. */
    paths: few(z.string().check(z.regex(/^\/[A-Za-z0-9\-._~/]{0,199}$/))),
    methods: few(z.enum(['POST', 'PUT', 'PATCH'])),
    fields: z.strictObject({ number: z.optional(few(Place)), cvc: z.optional(few(Place)) }),
    /** Where each request names the account: the one place for the credential. */
    credentialAt: Place,
    /** Headers that requests may carry, other than those that cannot name an account. */
    headers: z.optional(few(z.string().check(z.regex(/^[!#$%&'*+\-.^_`|~0-9a-z]{1,100}$/)))),
  }),
  z.strictObject({
    kind: z.literal('export'),
    name: Name,
    /** RFC 7638, SHA-256, of the receiving vault's JWK. */
    thumbprint: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  }),
]) satisfies z.ZodMiniType<LiveDestination>;
const Destinations = z.array(Destination);

/** What is wrong with a list, each as `0.hosts.1`; two of a kind under one name are `0.name`. */
export function destinationFaults(list: unknown): string[] {
  const parsed = Destinations.safeParse(list);
  if (!parsed.success) return parsed.error.issues.map(({ path }) => path.join('.'));
  const names = parsed.data.map(({ kind, name }) => `${kind} ${name}`);
  return names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [`${index}.name`]));
}
