/**
 * The network of an attempt. A household or phone has a whole IPv6 /64 and changes addresses in it at will (RFC 6177,
 * RFC 8981), so attempts are counted by /64; an IPv4 address is counted as it is.
 */
import { isIP } from 'node:net';

/** `203.0.113.7` as it is, `2001:db8:0:1:…` as `2001:db8:0:1`; text that is not an address as it is. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  // An IPv4 address at the end stands for two groups.
  const length = first.length + last.length + (last.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - length;
  const all = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
