/**
 * Lambda hands a function its credentials in the environment. The SDK's default chain would then also look into
 * profiles, SSO, instance metadata and, at a profile's word, other programs: a third of each bundle and a fifth of its
 * start-up time, for ways in that no function of the vault may take. This leaves the environment alone.
 */
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

const CHAIN = '@aws-sdk/credential-provider-node';

export const environmentCredentialsOnly: Plugin = {
  name: 'environment-credentials-only',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${CHAIN}$`) }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === CHAIN) return undefined;
      const chain = await build.resolve(path, { kind, resolveDir, pluginData: CHAIN });
      return chain.errors.length > 0
        ? { errors: chain.errors }
        : { path: CHAIN, namespace: CHAIN, pluginData: dirname(chain.path) };
    });
    // Found from where the chain lies, whose own dependency the environment's provider is.
    build.onLoad({ filter: /.*/, namespace: CHAIN }, ({ pluginData }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: pluginData,
    }));
  },
};
