/**
 * The network of an attempt. A household has an IPv6 /56 in most places and changes addresses in it at will (RIPE-690,
 * RFC 6177, RFC 8981), so attempts are counted by /56; an IPv4 address is counted as it is. Phones have a /64 each
 * (RFC 6459), so up to 256 of them are counted as one, fewer than a carrier puts behind one IPv4 address. A site with
 * a /48 has 256 networks.
 */
import { isIP } from 'node:net';

/** `203.0.113.7` as it is, `2001:db8:0:1ff:…` as `2001:db8:0:100`; text that is not an address as it is. */
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
  const [a = 0, b = 0, c = 0, d = 0] = all.slice(0, 4).map((group) => Number.parseInt(group, 16));
  return [a, b, c, d & 0xff00].map((group) => group.toString(16)).join(':');
}
