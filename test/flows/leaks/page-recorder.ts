/**
 * Records everything a merchant could get hold of in the browser: each message event, the page itself with what stands
 * in its inputs, its storage, its console, and every request any of its frames made.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { headerLines } from './collect.ts';
import type { LeakSource } from './search.ts';

/** Runs in every frame before anything else; sees messages in both directions, since each arrives somewhere. */
const LISTEN = `addEventListener('message', (event) => {
  const bytes = (_name, value) =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? String.fromCharCode(...new Uint8Array(value.buffer ?? value))
      : value;
  void keepMessage(JSON.stringify([location.origin, event.origin, event.data], bytes));
}, true)`;

/** What the page's own script could read: the DOM, values that were typed, addresses, and storage of the tab. */
const LOOK = `JSON.stringify({
  html: document.documentElement.outerHTML,
  inputs: [...document.querySelectorAll('input, textarea, select')].map((input) => input.value),
  address: location.href,
  name: window.name,
  history: history.state,
  selection: String(getSelection()),
  resources: performance.getEntries().map((entry) => entry.name),
  session: { ...sessionStorage },
  local: { ...localStorage },
  cookie: document.cookie,
})`;

export class PageRecorder {
  readonly #sources: LeakSource[] = [];
  readonly #pending = new Set<Promise<void>>();
  /** Origins that were asked for anything. */
  readonly origins = new Set<string>();

  /** To be called before the context's first page opens. */
  async watch(context: BrowserContext): Promise<void> {
    await context.exposeBinding('keepMessage', (_source, text: string) => this.#keep('message', 'message event', text));
    await context.addInitScript(LISTEN);
    context.on('console', (message) => this.#keep('console', message.type(), message.text()));
    context.on('weberror', (error) => this.#keep('console', 'uncaught', String(error.error().stack)));
    context.on('request', (request) => {
      this.origins.add(new URL(request.url()).origin);
      const asked = `${request.method()} ${request.url()}`;
      const body = request.postDataBuffer() ?? Buffer.alloc(0);
      const headers = request.allHeaders().then(
        (all) =>
          this.#keep(
            'browser request',
            asked,
            `${asked}\n${headerLines(Object.entries(all))}\n${body.toString('latin1')}`,
          ),
        // The page was left before its headers were known; its address and body still count.
        () => this.#keep('browser request', asked, `${asked}\n${body.toString('latin1')}`),
      );
      this.#pending.add(headers.finally(() => this.#pending.delete(headers)));
    });
  }

  /** Looks at the merchant's page as it is now, and at all that its origin has stored. */
  async look(page: Page, when: string): Promise<void> {
    this.#keep('page', when, await page.evaluate<string>(LOOK));
    const state = await page.context().storageState({ indexedDB: true });
    this.#keep('browser storage', when, JSON.stringify(state));
  }

  async sources(): Promise<readonly LeakSource[]> {
    await Promise.all(this.#pending);
    return this.#sources;
  }

  #keep(kind: string, name: string, text: string): void {
    this.#sources.push({ kind, name, bytes: Buffer.from(text) });
  }
}
