/**
 * Work that is done once for each hour of the trail. An object beside the trail says that an hour is done: the bucket's
 * lock keeps it, so no table has to be written, and a run goes on where the last one stopped.
 */
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface HourlyStore {
  readonly s3: S3Client;
  readonly bucket: string;
}

export interface HourlyWork {
  readonly folder: 'decryptions' | 'reviews';
  /** Ends the name of the object that stands for an hour that is done. */
  readonly suffix: string;
  /** How long after its end an hour may be done. */
  readonly dueAfterMs: number;
  /** How far back a run looks for hours that were left. */
  readonly lookBackHours: number;
  /** How far back a run starts where none was done yet. */
  readonly firstHours: number;
}

export const HOUR_MS = 60 * 60_000;

/** `decryptions/2026/11/25/07`; the folder of the day is the partition of the table that queries read. */
export function hourName(folder: HourlyWork['folder'], hourMs: number): string {
  const time = new Date(hourMs).toISOString();
  return `${folder}/${time.slice(0, 10).replaceAll('-', '/')}/${time.slice(11, 13)}`;
}

/** Hours that are due and not done, oldest first, from the first one that was done on. */
export async function hoursDue(
  store: HourlyStore,
  work: HourlyWork,
  nowMs: number,
): Promise<{ readonly hours: readonly number[]; readonly isFirst: boolean }> {
  const lastMs = Math.floor((nowMs - work.dueAfterMs) / HOUR_MS) * HOUR_MS - HOUR_MS;
  const hoursBack = (count: number) =>
    Array.from({ length: count }, (_, index) => lastMs - (count - 1 - index) * HOUR_MS);
  const hours = hoursBack(work.lookBackHours);
  const done = await namesSince(store, work.folder, hourName(work.folder, hours[0] ?? lastMs));
  const isDone = (hourMs: number) => done.has(hourName(work.folder, hourMs) + work.suffix);
  const first = hours.findIndex(isDone);
  if (first < 0) return { hours: hoursBack(work.firstHours), isFirst: true };
  return { hours: hours.slice(first).filter((hourMs) => !isDone(hourMs)), isFirst: false };
}

/** Writes an object only where none exists, so that a second run changes nothing. */
export async function putOnce({ s3, bucket }: HourlyStore, key: string, body: Buffer, type: string): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type, IfNoneMatch: '*' }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
  }
}

async function namesSince({ s3, bucket }: HourlyStore, folder: string, name: string): Promise<Set<string>> {
  const present = new Set<string>();
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${folder}/`,
        StartAfter: name,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) present.add(Key);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return present;
}
