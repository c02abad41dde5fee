/** The API’s own endpoint and each of its domains speak TLS 1.2 or later, with forward secrecy. */
import type { Rule } from './rule.ts';

/**
 * API Gateway developer guide, "Security policies for REST APIs": the older policies allow TLS 1.0 or ciphers without
 * forward secrecy.
 */
const STRONG = /^(?:TLS_1_2|SecurityPolicy_TLS1[23]_.*)$/;

export const strongTlsOnly: Rule = {
  name: 'StrongTlsOnly',
  requirement: '4.2.1',
  says: 'The API accepts no TLS older than 1.2',
  types: ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::DomainName'],
  faults: ({ properties }) => (STRONG.test(String(properties.SecurityPolicy)) ? [] : ['policy']),
};
