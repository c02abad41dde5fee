/**
 * The inventory of cryptographic keys, read from the synthesized templates: algorithm, uses, rotation, and the callers
 * that may use or manage each. The description that PCI DSS 4.0.1 3.6.1.1 asks of a service provider and the report's
 * key section are generated from it.
 */
import { KEYS, type KeyName, keyKind } from '../shared/base/tables.ts';
import { type Permission, permissionMatrix } from './permissions.ts';
import { type NamedResource, readResources } from './template.ts';

export interface KeyFacts {
  /** `PanKey`. */
  readonly name: string;
  /** The description in the template, without the vault's name. */
  readonly protects: string;
  readonly spec: string;
  /** The algorithm of that spec in KMS, and its strength. */
  readonly algorithm: string;
  readonly strengthBits: number;
  readonly usage: string;
  /** Names every use must give in its encryption context. */
  readonly context: readonly string[];
  /** Undefined where KMS does not rotate the key. */
  readonly rotationDays: number | undefined;
  readonly deletionWaitDays: number;
  readonly isMultiRegion: boolean;
  /** `AWS_KMS`: generated in hardware modules of KMS, and never outside them. */
  readonly origin: string;
  /** Callers that the key's own policy allows, one row each. */
  readonly users: readonly KeyHolder[];
  readonly managers: readonly KeyHolder[];
}

export interface KeyHolder {
  readonly who: string;
  /** The only AWS services through which the key may be used; empty where it is used directly. */
  readonly through: readonly string[];
  readonly actions: readonly string[];
}

/** Source: AWS KMS developer guide, “Key spec reference”. */
const SPECS: Readonly<Record<string, { readonly algorithm: string; readonly strengthBits: number }>> = {
  SYMMETRIC_DEFAULT: { algorithm: 'AES-256-GCM', strengthBits: 256 },
  HMAC_256: { algorithm: 'HMAC-SHA-256', strengthBits: 256 },
};

/** KMS's defaults for what a template leaves out (CloudFormation reference, `AWS::KMS::Key`). */
const DEFAULTS = { rotationDays: 365, deletionWaitDays: 30 } as const;

/** Actions that use key material or let others use it; all others manage the key. */
const USES = /^kms:(?:Encrypt|Decrypt|ReEncrypt|Generate|Verify|Sign|Derive|CreateGrant)/;

/** Every key of the templates, in their order. Throws where a key's spec is not in the table above. */
export function keyInventory(templates: readonly unknown[]): readonly KeyFacts[] {
  const permissions = permissionMatrix(templates).filter(
    ({ source, effect }) => source === 'key' && effect === 'allow',
  );
  return readResources(templates)
    .filter(({ type }) => type === 'AWS::KMS::Key')
    .map((resource) => keyFacts(resource, permissions));
}

function keyFacts({ name, properties }: NamedResource, permissions: readonly Permission[]): KeyFacts {
  const spec = String(properties.KeySpec ?? 'SYMMETRIC_DEFAULT');
  const known = SPECS[spec];
  if (known === undefined) throw new Error(`${name}: audit/key-inventory.ts does not know the key spec ${spec}`);
  const mine = permissions.filter(({ resource }) => resource === name);
  return {
    name,
    protects: String(properties.Description ?? '').replace(/^Fuda [^:]*: /, ''),
    spec,
    ...known,
    usage: String(properties.KeyUsage ?? 'ENCRYPT_DECRYPT'),
    context: name in KEYS || name === 'FormerPanKey' ? keyKind(name as KeyName).context : [],
    rotationDays:
      properties.EnableKeyRotation === true
        ? Number(properties.RotationPeriodInDays ?? DEFAULTS.rotationDays)
        : undefined,
    deletionWaitDays: Number(properties.PendingWindowInDays ?? DEFAULTS.deletionWaitDays),
    isMultiRegion: properties.MultiRegion === true,
    origin: String(properties.Origin ?? 'AWS_KMS'),
    users: holders(mine, (action) => USES.test(action)),
    managers: holders(mine, (action) => !USES.test(action)),
  };
}

/** Groups permissions by caller and by the service it must come through. */
function holders(permissions: readonly Permission[], holds: (action: string) => boolean): KeyHolder[] {
  const groups = Map.groupBy(permissions, (row) => [row.principal, ...services(row)].join('\0'));
  return [...groups.values()]
    .map((rows) => ({
      who: rows[0]?.principal ?? '',
      through: rows[0] === undefined ? [] : services(rows[0]),
      actions: [...new Set(rows.flatMap(({ actions }) => actions.filter(holds)))],
    }))
    .filter(({ actions }) => actions.length > 0);
}

/** `dynamodb.<region>.amazonaws.com` → `dynamodb`. */
const services = ({ conditions }: Permission): readonly string[] =>
  conditions
    .filter(({ key }) => key === 'kms:ViaService')
    .flatMap(({ values }) => values.map((name) => name.split('.')[0] ?? name));
