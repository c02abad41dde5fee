/**
 * Lambda passes credentials in the environment. The SDK's default chain would also try profiles, SSO, instance metadata
 * and programs that a profile names. That code is a third of each bundle and a fifth of its start-up time, and no
 * function of the vault may use it. This plugin keeps the environment only.
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
    // Resolved from the chain's folder, because the environment provider is a dependency of the chain.
    build.onLoad({ filter: /.*/, namespace: CHAIN }, ({ pluginData }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: pluginData,
    }));
  },
};
