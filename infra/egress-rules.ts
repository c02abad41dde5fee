/**
 * The firewall's allow list as Suricata rules for AWS Network Firewall: one rule per host and one per line. A host is
 * recognised by the server name in the TLS ClientHello, which is readable without decrypting the connection. Source:
 * AWS Network Firewall developer guide, "Working with stateful rule groups"; Suricata user guide, TLS keywords.
 */
import type { EgressProps } from './props.ts';

/** `pay.example` matches that host only, `.pay.example` every host below it. */
const hostMatch = (host: string): string =>
  host.startsWith('.')
    ? `tls.sni; dotprefix; content:"${host}"; nocase; endswith;`
    : `tls.sni; content:"${host}"; nocase; startswith; endswith;`;

export function passRules({ hosts, lines = [] }: EgressProps): string {
  const toHosts = hosts.map((host) => {
    const [name = '', port = '443'] = host.split(':');
    return `pass tls $HOME_NET any -> $EXTERNAL_NET ${port} (${hostMatch(name)} flow:to_server, established;`;
  });
  const toLines = lines.map(({ cidr, port }) => `pass tcp $HOME_NET any -> ${cidr} ${port} (flow:to_server;`);
  return [...toHosts, ...toLines].map((rule, index) => `${rule} sid:${index + 1}; rev:1;)`).join('\n');
}
