/** `--processor`: reads the listings of processors, line by line, before anything else is asked or written. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type CardGuard, LINE_CHARS_MAX, ListingError, readListing } from '../../../audit/witness/listing.ts';
import type { WitnessBook } from '../../../audit/witness-book.ts';
import { holdsToken } from '../../../shared/card/codes.ts';
import { cardDataIn, holdsNumber } from '../../../shared/card/scan.ts';
import { UsageError } from '../../core/command.ts';

/** A million rows of the usual length and more. */
const BYTES_MAX = 256 * 1024 * 1024;
const FILES_MAX = 100;

export const CARD_GUARD: CardGuard = {
  line: (text) => cardDataIn(text) !== null,
  reference: (text) => holdsNumber(text) || holdsToken(text),
};

/** Puts the rows of all files into `book`; undefined where no file is named. Throws UsageError. */
export async function readListings(files: readonly string[], book: WitnessBook): Promise<WitnessBook | undefined> {
  if (files.length > FILES_MAX) throw new UsageError(`--processor can be given ${FILES_MAX} times at most.`);
  for (const [at, file] of files.entries()) {
    try {
      await readFile(file, book);
    } catch (error) {
      if (!(error instanceof ListingError)) throw error;
      throw new UsageError(`--processor${files.length > 1 ? ` number ${at + 1}` : ''}, ${error.message}.`);
    }
  }
  return files.length === 0 ? undefined : book;
}

async function readFile(file: string, book: WitnessBook): Promise<void> {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new UsageError('--processor names a file that does not exist.');
  if (statSync(file).size > BYTES_MAX) throw new UsageError('--processor names a file larger than 256 MB.');
  const name = basename(file);
  const hash = createHash('sha256');
  let rows = 0;
  for await (const row of readListing(linesOf(file, hash), CARD_GUARD)) {
    book.addRow(name, row);
    rows += 1;
  }
  book.addListing({ name, sha256: hash.digest('hex'), rows });
}

/** Without their ends. A line that is too long is passed on as far as its length shows that. */
async function* linesOf(file: string, hash: Hash): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (rest.length > LINE_CHARS_MAX) break;
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}
