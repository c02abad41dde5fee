/** The progress of an audit, for display. */
export interface AuditProgress {
  readonly step: 'digests' | 'ledger' | 'logs';
  readonly done: number;
  /** Undefined where the end is not known, as for the ledger. */
  readonly total: number | undefined;
  /** Records read so far. */
  readonly events: number;
}

export type Report = (progress: AuditProgress) => void;

export const silent: Report = () => {};
