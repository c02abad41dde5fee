/**
 * An error as an AWS service answers it: the service's own name and status, and a message that never repeats a value
 * from the request (AWS itself masks sensitive members).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** What CloudTrail writes as errorCode, where it differs from the name on the wire. */
  readonly trailCode: string;

  constructor(code: string, message: string, options: { status?: number; trailCode?: string } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.trailCode = options.trailCode ?? code;
  }
}

/** The sentence IAM puts into a refusal. Source: IAM user guide, access denied error messages. */
export const accessDenied = (principalArn: string, action: string, resourceArn: string, reason: string): AwsError =>
  new AwsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resourceArn} ${reason}`,
    { trailCode: 'AccessDenied' },
  );
