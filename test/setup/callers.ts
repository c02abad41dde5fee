/**
 * Tells which code of shared/ or audit/ makes an AWS call: the SDK client of a test's world signs each call as the
 * functions on its stack, so that the call can be checked against the permissions of the roles that run them.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';

/** Deep enough for a verb that resolves, looks up and writes. */
const STACK_DEPTH = 60;
/** A file of the domain, and one of tests and tools, from the root. */
const DOMAIN = /^(shared|audit)\/(?!base\/)/;
const TEST = /^(test|tools)\/(?!setup\/callers\.ts)/;

const root = join(import.meta.dirname, '../..');
/** A stack names a file by its path or, outside Jest, by its address. */
const ROOTS = [`${root}/`, `${pathToFileURL(root).href}/`];

function pathOf(site: NodeJS.CallSite): string {
  const file = site.getFileName() ?? '';
  const under = ROOTS.find((start) => file.startsWith(start));
  return under === undefined ? '' : file.slice(under.length);
}

/**
 * `createCharge > putCharge`: the named functions of the domain on the stack, outermost first, across awaits. Where a
 * test steps in between, as one that charges while another delivers, what lies behind it is not the caller.
 */
function callersOnStack(): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = STACK_DEPTH;
    // Formatting a stack would cost more than the call itself.
    Error.prepareStackTrace = (_, sites) => sites;
    const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
    const steppedIn = sites.findIndex((site) => TEST.test(pathOf(site)));
    const names = sites
      .slice(0, steppedIn === -1 ? sites.length : steppedIn)
      .filter((site) => DOMAIN.test(pathOf(site)))
      .flatMap((site) => site.getFunctionName() ?? []);
    return [...new Set(names.reverse())].join(' > ');
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}

/** The caller behind a world's own key: the command line, which runs in a separate process. */
export const COMMAND_LINE = 'the command line';

/** The access keys under which the calls of a world are signed: one for each chain of callers, all with one secret. */
export class CallerKeys {
  readonly #prefix: string;
  readonly #byCallers = new Map<string, string>();
  readonly #byKey = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  keyOf(callers: string): string {
    const known = this.#byCallers.get(callers);
    if (known !== undefined) return known;
    const key = `${this.#prefix}${String(this.#byKey.size).padStart(6, '0')}`;
    this.#byCallers.set(callers, key);
    this.#byKey.set(key, callers);
    return key;
  }

  callersOf(key: string): string | undefined {
    return this.#byKey.get(key);
  }
}

interface Signed {
  readonly headers: Record<string, string>;
}

/**
 * Signs every call of the client as its callers. The access key is no part of what Signature Version 4 signs, so it can
 * be put in afterwards.
 */
export function signAsCallers(client: DynamoDBClient | KMSClient, keys: CallerKeys): void {
  const sender = client as unknown as { send(command: unknown, options?: object): Promise<unknown> };
  const handler = client.config.requestHandler as unknown as {
    handle(request: Signed, options?: { readonly signer?: string }): Promise<unknown>;
  };
  const send = sender.send.bind(sender);
  const handle = handler.handle.bind(handler);
  sender.send = (command, options) => send(command, { ...options, signer: keys.keyOf(callersOnStack()) });
  handler.handle = (request, options) => {
    const { authorization = '' } = request.headers;
    request.headers.authorization = authorization.replace(/Credential=[^/]+/, `Credential=${options?.signer ?? ''}`);
    return handle(request, options);
  };
}
