/** What the flow tests read from the outside: the trail's own files, and the evidence that the real command finds in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Runtime } from '../../local/runtime.ts';
import { type Ended, localFile, workplace } from '../cli/fuda.ts';
import type { TestVault } from '../setup/vault.ts';

/** As much of a CloudTrail record as the tests look at. */
export interface SeenRecord {
  readonly eventName: string;
  readonly eventSource: string;
  readonly errorCode?: string;
  readonly requestID: string;
  readonly userIdentity: { readonly arn: string };
  readonly requestParameters: {
    readonly tableName?: string;
    readonly key?: Readonly<Record<string, string>>;
    readonly updateExpression?: string;
    readonly encryptionContext?: Readonly<Record<string, string>>;
  } | null;
  readonly resources?: readonly { readonly ARN: string }[];
}

/** Every record of the trail so far, delivered and digested first. */
export function trailRecords(runtime: Pick<Runtime, 'flushTrail' | 'trailDirectory'>): SeenRecord[] {
  runtime.flushTrail();
  return readdirSync(runtime.trailDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('/CloudTrail/') && name.endsWith('.json.gz'))
    .flatMap((name) => {
      const file = gunzipSync(readFileSync(join(runtime.trailDirectory, name))).toString();
      return (JSON.parse(file) as { Records: SeenRecord[] }).Records;
    });
}

/** Records that the role of one function caused, by the last part of its entry: `CreateCharge`. */
export const byRole = (records: readonly SeenRecord[], role: string): SeenRecord[] =>
  records.filter(({ userIdentity }) => userIdentity.arn.includes(role));

/** As much of report.json as the tests look at. */
interface EvidenceReport {
  readonly passed: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly { readonly code: string; readonly reason: string | null }[];
  readonly decryptions: {
    readonly total: number;
    readonly items: readonly {
      readonly key: string;
      readonly explanation: string;
      readonly reason_id: string | null;
      readonly caller_arn: string;
      readonly encryption_context: Readonly<Record<string, string>>;
    }[];
  };
}

export interface FoundEvidence extends Ended {
  readonly report: EvidenceReport;
  readonly page: string;
}

/** Runs `fuda evidence`, as an auditor would, over everything the vault has done so far. */
export async function findEvidence({ runtime, operator }: TestVault, locale = 'en'): Promise<FoundEvidence> {
  runtime.flushTrail();
  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = runtime.auditor ?? runtime.operator;
  // Former PAN keys are among the keys, where there are some.
  const { keys, olderPanKeys: older_pan_keys, openerRoles: opener_roles } = runtime;
  const more = { keys, older_pan_keys, opener_roles, auditor: { access_key_id, secret_access_key } };
  using place = workplace(await localFile(operator, more));
  // The bucket is named because it was sealed just now; otherwise the command waits for the next digest.
  const trail = `s3://${runtime.stack.trail.bucket}`;
  const ended = await place.run('evidence', '--trail', trail, '--locale', locale);
  const read = (name: string): string => readFileSync(join(place.folder, 'report', name), 'utf8');
  if (ended.exitCode !== 0 && ended.stdout === '') throw new Error(`fuda evidence failed: ${ended.stderr}`);
  return { ...ended, report: JSON.parse(read('report.json')) as EvidenceReport, page: read('report.html') };
}
