/**
 * The trail could not be read: S3 refused, did not respond, or lost an object on the way. It ends the audit with one
 * sentence, because a verdict about an unread file would be a guess.
 */
export class TrailError extends Error {
  override readonly name = 'TrailError';
}
