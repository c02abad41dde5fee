/**
 * Writes the listing that an auditor would get from a processor, of what the simulated processor was asked to do: every
 * charge, refund and cancellation in its own ledger. Not by way of the vault's rights or ledger, because it is to be the
 * word of somebody else.
 */
import { join } from 'node:path';
import { toRfc3339 } from '../shared/base/clock.ts';
import { LISTED_TYPES, LISTING_COLUMNS } from '../shared/base/listing.ts';
import { writePrivateFile } from './base/private-files.ts';
import type { Engine } from './dynamodb/engine.ts';
import type { ServiceEvent } from './endpoint/event.ts';

/** Pages of 1 MB. A local vault has a few. */
const PAGES_MAX = 1_000;
/** Soon enough for a person who pays and then asks for the evidence. */
const WRITE_MS = 1_000;

type Value = { readonly S?: string; readonly N?: string; readonly L?: readonly { readonly M: Item }[] };
type Item = Readonly<Record<string, Value>>;

export class SimulatedListing {
  readonly path: string;
  readonly #engine: Engine;
  readonly #table: string | undefined;
  #isBehind: boolean;

  /** `table` is the physical name of the simulator's table; a template without one gets no file. */
  constructor(engine: Engine, table: string | undefined, dir: string) {
    this.path = join(dir, 'simulator-listing.csv');
    this.#engine = engine;
    this.#table = table;
    this.#isBehind = table !== undefined;
  }

  /** Notes that a call may have changed the table. */
  see({ readOnly, resources }: ServiceEvent): void {
    this.#isBehind ||= !readOnly && resources.some(({ arn }) => arn.endsWith(`/${this.#table}`));
  }

  /** Writes the file when the table has changed, until it is stopped, and once more then. */
  keepUp(onFailure: (error: unknown) => void): { stop(): Promise<void> } {
    let writing = Promise.resolve();
    const write = () => {
      if (this.#isBehind) writing = writing.then(() => this.write()).catch(onFailure);
      return writing;
    };
    const timer = setInterval(write, WRITE_MS).unref();
    return {
      stop: () => {
        clearInterval(timer);
        return write();
      },
    };
  }

  /** Reads the whole table and replaces the file. */
  async write(): Promise<void> {
    this.#isBehind = false;
    const rows: string[][] = [];
    let after: object | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = { TableName: this.#table, ConsistentRead: true, ExclusiveStartKey: after };
      const { body } = await this.#engine.call('Scan', JSON.stringify(query));
      const found = JSON.parse(body.toString()) as { Items: Item[]; LastEvaluatedKey?: object };
      for (const item of found.Items) rows.push(...rowsOf(item));
      after = found.LastEvaluatedKey;
      if (after === undefined) break;
    }
    const inOrder = rows.toSorted((one, other) => ((one.at(-1) ?? '') < (other.at(-1) ?? '') ? -1 : 1));
    writePrivateFile(this.path, [LISTING_COLUMNS, ...inOrder].map((cells) => `${cells.join(',')}\n`).join(''));
  }
}

/** An item without an amount stands for a reference that was canceled before it was known: nothing happened to it. */
function rowsOf({
  reference,
  amount_minor: amount,
  currency,
  movements,
  canceled_at_ms: canceledAt,
}: Item): string[][] {
  if (amount === undefined) return [];
  const row = (type: string | undefined, minor: Value | undefined, at: Value | undefined) => {
    const time = toRfc3339(Number(at?.N));
    return [reference?.S ?? '', type ?? '', minor?.N ?? '', currency?.S ?? '', time];
  };
  const [, , cancel] = LISTED_TYPES;
  return [
    ...(movements?.L ?? []).map(({ M }) => row(M.type?.S, M.amount_minor, M.at_ms)),
    ...(canceledAt === undefined ? [] : [row(cancel, amount, canceledAt)]),
  ];
}
