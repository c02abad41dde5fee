/**
 * A trail that cannot be read at all, as opposed to one whose files are wrong: S3 refused, did not respond, or lost an
 * object on the way. It ends the audit with one sentence, because a verdict about a file nobody saw would be a guess.
 */
export class TrailError extends Error {
  override readonly name = 'TrailError';
}
