/**
 * Whether a request names a server on this machine by its own name. Any page on the web can have its name lead to 127.0.0.1
 * (DNS rebinding), and would read what a server here shows as if it were its own; its requests carry the page's host.
 */
const THIS_MACHINE = /^(?:127\.0\.0\.1|localhost|[a-z0-9-]{1,63}\.localhost)(?::\d{1,5})?$/i;

/** `publicUrl` is where the server is found from elsewhere, if it is. */
export const isOwnHost = (host: string | undefined, publicUrl?: string): boolean =>
  host !== undefined && (THIS_MACHINE.test(host) || (publicUrl !== undefined && host === new URL(publicUrl).host));
