/** One call as its service and its caller tell of it: what CloudTrail makes a record of. */

interface TrailResource {
  readonly type: string;
  readonly arn: string;
}

/** What a service says about one call; the rest of the record is the same for every service. */
export interface ServiceEvent {
  readonly eventSource: string;
  readonly eventName: string;
  readonly apiVersion?: string;
  /** Management events change or use resources as a whole, Data events touch what lies in them. */
  readonly category: 'Management' | 'Data';
  readonly readOnly: boolean;
  readonly requestParameters: Readonly<Record<string, unknown>> | null;
  readonly additionalEventData?: Readonly<Record<string, unknown>>;
  readonly resources: readonly TrailResource[];
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** The caller of a request, its client and its id. */
export interface CallOrigin {
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
  readonly sourceIp: string;
  readonly requestId: string;
}
