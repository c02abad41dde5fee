/**
 * Outgoing requests of the vault reach public IP addresses only. Refused is everything that the IANA special-purpose
 * registries (RFC 6890 and its updates) call private, shared, loopback, link-local, documentation, translation or
 * reserved. That includes the metadata services of clouds (169.254.169.254, fd00:ec2::254).
 */
import { BlockList, isIP } from 'node:net';

/** IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771) and the reserved class E (RFC 1112). */
const REFUSED_IPV4 = [
  '0.0.0.0/8', // This network.
  '10.0.0.0/8', // Private use.
  '100.64.0.0/10', // Shared address space of carriers, also used inside AWS.
  '127.0.0.0/8', // Loopback; in Lambda, the runtime's own interface.
  '169.254.0.0/16', // Link-local: instance metadata, task credentials, Lambda's internals.
  '172.16.0.0/12', // Private use.
  '192.0.0.0/24', // IETF protocol assignments.
  '192.0.2.0/24', // Documentation.
  '192.88.99.0/24', // 6to4 relays, deprecated.
  '192.168.0.0/16', // Private use.
  '198.18.0.0/15', // Benchmarking.
  '198.51.100.0/24', // Documentation.
  '203.0.113.0/24', // Documentation.
  '224.0.0.0/4', // Multicast.
  '240.0.0.0/4', // Reserved, and the broadcast address.
] as const;

/** The space that IANA allocates for the public IPv6 Internet (RFC 4291 §2.4); the rest is refused. */
const GLOBAL_IPV6 = '2000::/3';

/** Ranges inside it that address something other than one public host. An embedded IPv4 address may be private. */
const REFUSED_IPV6 = [
  '2001::/23', // IETF protocol assignments, Teredo and ORCHID among them.
  '2001:db8::/32', // Documentation.
  '2002::/16', // 6to4, which carries an IPv4 address.
  '3fff::/20', // Documentation.
] as const;

/** Built on first use, because they take a twentieth of a function's start and it may never send anything. */
let lists: { readonly refused: BlockList; readonly global: BlockList } | undefined;

/** Whether `address`, as a resolver returns it, is on the public Internet; false where it is not an IP address. */
export function isPublicAddress(address: string): boolean {
  lists ??= { refused: listOf([...REFUSED_IPV4, ...REFUSED_IPV6]), global: listOf([GLOBAL_IPV6]) };
  const { refused, global } = lists;
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) belongs to link-local addresses only.
  if (family !== 6 || address.includes('%')) return false;
  return global.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
