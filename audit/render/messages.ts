/** What each language of the report must say. Codes and ids stay as they are in all. */
import type { Party } from '../controls/control.ts';
import type { Standard } from '../controls/controls.ts';
import type { Found } from '../controls/evidence-found.ts';
import type { FindingCode } from '../finding.ts';
import type { ReasonKind } from '../reasons/reasons.ts';
import type { ReEncryptionReason, UnexplainedReason } from '../reasons/reconcile.ts';
import type { SkipReason } from '../trail/log-files.ts';
import type { WatchRuleName } from '../watch/watch-rules.ts';
import type { Counts } from './counts.ts';
import type { Grain } from './timeline.ts';

export type Section =
  | 'findings'
  | 'notCovered'
  | 'contents'
  | 'unexplained'
  | 'access'
  | 'summary'
  | 'erasure'
  | 'watch'
  | 'administration'
  | 'refused'
  | 'keys'
  | 'matrix'
  | 'otherUses'
  | 'tables'
  | 'origins'
  | 'integrity'
  | 'controls'
  | 'decryptions'
  | 'bundle'
  | 'limits'
  | 'repeat';

export type Column =
  | 'time'
  | 'merchant'
  | 'purpose'
  | 'caller'
  | 'callerPurpose'
  | 'who'
  | 'source'
  | 'userAgent'
  | 'outcome'
  | 'ids'
  | 'requestId'
  | 'eventId'
  | 'record'
  | 'reasonId'
  | 'destination'
  | 'call'
  | 'key'
  | 'error'
  | 'count'
  | 'share'
  | 'course'
  | 'matched'
  | 'interrupted'
  | 'unexplained'
  | 'first'
  | 'last'
  | 'seen'
  | 'table'
  | 'file'
  | 'verdict'
  | 'refused'
  | 'failed'
  | 'reason'
  | 'how'
  | 'longest'
  | 'rule'
  | 'clause'
  | 'happened'
  | 'attempts'
  | 'algorithm'
  | 'rotation'
  | 'uses'
  | 'changes'
  | 'region'
  | 'tls'
  | 'chain'
  | 'digests'
  | 'covered'
  | 'requirement'
  | 'control'
  | 'evidence'
  | 'responsible'
  | 'holds';

export interface Messages {
  /** In phrases that stay on one line. */
  readonly title: readonly string[];
  readonly subtitle: string;
  readonly product: string;
  readonly passed: string;
  readonly failed: (findings: number) => string;
  readonly passedWord: string;
  readonly failedWord: string;
  readonly unsealedSuffix: (logs: number) => string;
  readonly facts: Readonly<
    Record<'period' | 'proven' | 'generated' | 'trail' | 'ledger' | 'reading' | 'keys' | 'signer', string>
  >;
  readonly nothingProven: string;
  readonly reasonsRead: (kind: ReasonKind, count: number) => string;
  readonly recordsRead: (records: number, files: number) => string;
  readonly counts: Readonly<Record<keyof Counts, string>>;
  readonly sections: Readonly<Record<Section, string>>;
  readonly intros: Readonly<Partial<Record<Section, string>>>;
  readonly columns: Readonly<Record<Column, string>>;
  readonly findings: Readonly<Record<FindingCode, string>>;
  readonly reasons: Readonly<Record<UnexplainedReason | ReEncryptionReason | SkipReason, string>>;
  readonly outcomes: Readonly<Record<'interrupted' | 'unexplained', string>>;
  readonly reasonKinds: Readonly<Record<ReasonKind, string>>;
  readonly charts: {
    readonly courseTitle: Readonly<Record<Grain, string>>;
    readonly courseDescription: (columns: number, peakStart: string, peak: number) => string;
    readonly spark: (count: number) => string;
    readonly matched: string;
    readonly interrupted: string;
    readonly unexplained: string;
  };
  readonly erasure: {
    readonly spent: string;
    readonly expired: string;
    readonly unknown: string;
    readonly say: {
      readonly made: (count: number) => string;
      readonly beforeAnswer: (first: number, answered: number, least: string) => string;
      readonly noAnswer: string;
      readonly noResidue: (at: string) => string;
      readonly residue: (count: number, at: string) => string;
      readonly notScanned: string;
    };
  };
  readonly watch: {
    readonly rules: Readonly<Record<WatchRuleName, string>>;
    readonly broken: string;
    readonly attempts: string;
    readonly notAsked: string;
  };
  /** What follows a number in a length of time. */
  readonly units: Readonly<Record<'hours' | 'minutes' | 'seconds', string>>;
  readonly noTemplate: string;
  /** Key → what it protects, where the template’s description is not in this language. */
  readonly keyPurposes: Readonly<Record<string, string>>;
  readonly rotates: (days: number) => string;
  readonly neverRotates: string;
  readonly matrixRest: string;
  readonly standards: Readonly<Record<Standard, string>>;
  readonly controls: {
    readonly none: string;
    readonly noProbe: string;
    readonly provenBy: (title: string) => string;
    readonly states: Readonly<Record<Found['state'], string>>;
    readonly probes: Readonly<Record<Found['kind'], (count: number, faults: number) => string>>;
    readonly parties: Readonly<Record<Party, string>>;
  };
  /** File of the bundle → what it holds. */
  readonly files: Readonly<Record<string, string>>;
  readonly signature: (fingerprint: string) => string;
  readonly outside: string;
  readonly none: string;
  readonly nothingLeftOut: string;
  readonly more: (rows: number, file: string) => string;
  readonly gap: (from: string, to: string) => string;
  readonly allFilesValid: string;
  readonly limits: readonly string[];
  readonly limitUnsealed: (logs: number) => string;
  readonly limitSkipped: (count: number, why: string) => string;
  readonly limitOutside: (count: number) => string;
  readonly limitUnlooked: (rules: number) => string;
  readonly limitKeys: string;
  readonly repeat: string;
}
