// Jest runs TypeScript through swc as native ES modules; types are checked by `tsc`, not here.
import { TEST_TIMEOUT_MS } from './test/setup/limits.ts';

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
  reporters: [
    'default',
    '<rootDir>/test/setup/permission-report.ts',
    '<rootDir>/test/setup/totals.ts',
    '<rootDir>/test/setup/linger-report.ts',
  ],
  testSequencer: '<rootDir>/test/setup/sequencer.ts',
  // Jest would leave one core idle, which is half of a small machine.
  maxWorkers: '100%',
  testTimeout: TEST_TIMEOUT_MS,
};
