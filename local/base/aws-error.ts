/**
 * An error in the form of an AWS service: the service's own name and status, and a message that never repeats a value
 * from the request (AWS itself masks sensitive members).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** CloudTrail's errorCode, if it differs from the name on the wire. */
  readonly trailCode: string;

  constructor(code: string, message: string, options: { status?: number; trailCode?: string } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.trailCode = options.trailCode ?? code;
  }
}

/** The sentence of an IAM refusal. Source: IAM user guide, access denied error messages. */
export const accessDenied = (principalArn: string, action: string, resourceArn: string, reason: string): AwsError =>
  new AwsError(
    'AccessDeniedException',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resourceArn} ${reason}`,
    { trailCode: 'AccessDenied' },
  );
