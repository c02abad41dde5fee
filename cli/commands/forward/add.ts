/** `fuda forward add`: allows a further destination for a merchant's forwards, or replaces the one of this name. */
import { readFileSync } from 'node:fs';
import { fuda } from '../../../shared/base/command.ts';
import { type Destination, METHODS } from '../../../shared/payments/forward/destination.ts';
import { addDestination, listDestinations } from '../../../shared/payments/forward/destination-store.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { deployedDestinations } from '../../core/deployed.ts';
import { destinationJson, destinationLines } from './view.ts';

export const forwardAdd: PlainCommand = {
  name: 'forward add',
  summary: 'Allow a merchant to forward cards to its own PSP, or replace the destination of this name.',
  positionals: [
    { name: 'merchant', about: 'mer_…' },
    { name: 'name', about: 'what requests call it: lower-case letters, digits and dashes' },
  ],
  options: {
    mode: { value: 'test|live', about: 'whether it takes test cards or live ones' },
    url: { value: 'url', about: 'https, host, perhaps a port, and the path under which requests may go' },
    method: { value: METHODS.join('|'), about: 'a method it takes; repeat for more (default: POST)', isMultiple: true },
    ca: { value: 'file', about: 'a certificate authority in PEM, trusted for it instead of the public ones' },
    'number-at': {
      value: 'field',
      about: 'a field for the card number, such as /card/number or header:x-card-number; repeat for more',
      isMultiple: true,
    },
    'cvc-at': { value: 'field', about: 'a field for the security code; repeat for more', isMultiple: true },
    'dangerously-allow-loopback': { about: 'allows 127.0.0.1; test mode on the local runtime only' },
  },
  notes: [
    'For live mode the deployment names the host, account, paths and fields of a destination; this picks one by its name',
    'for a merchant, and narrows it. A destination receives card numbers in clear: check that it is your PSP, and PCI DSS',
    `compliant (clause 12.8). Its credentials are secrets of the merchant’s: ${fuda('secret set mer_… psp-key --use forward:psp/test < key.txt')}. Takes effect in two seconds.`,
  ],
  examples: [
    'forward add mer_… psp --mode test --url https://sandbox.psp.example/v1/payments --number-at /card/number --cvc-at /card/cvc',
    'forward add mer_… psp --mode live --url https://api.psp.example/v1/payments --number-at /card/number --method POST --method PUT',
  ],
  async run(input, connect) {
    const merchantId = input.positional('merchant');
    const url = readUrl(input.required('url'));
    const methods = input.all('method').length === 0 ? ['POST'] : input.all('method');
    const known = METHODS.filter((method) => methods.includes(method));
    if (known.length < new Set(methods).size) throw new UsageError(`--method must be ${METHODS.join(' or ')}.`);
    const ca = input.optional('ca');
    const destination: Destination = {
      name: input.positional('name'),
      mode: input.oneOf('mode', ['test', 'live']),
      origin: url.origin,
      path_prefix: url.pathname,
      methods: known,
      fields: { number: input.all('number-at'), cvc: input.all('cvc-at') },
      ...(ca !== undefined && { ca_pem: readFileSync(ca, 'utf8') }),
      dangerously_allows_loopback: input.has('dangerously-allow-loopback'),
    };
    const connection = await connect();
    const { deps } = connection;
    const liveDestinations = destination.mode === 'live' ? await deployedDestinations(connection) : [];
    await addDestination({ ...deps, liveDestinations }, merchantId, destination);
    const destinations = await listDestinations(deps, merchantId);
    return {
      text: destinationLines(destinations).join('\n'),
      json: { destinations: destinations.map(destinationJson) },
    };
  },
};

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new UsageError('--url looks like https://api.psp.example/v1/payments, without a query.');
  }
  return url;
}
