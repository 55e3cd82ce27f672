import {defineConfig} from 'vitest/config';
import {reporters} from './scripts/testReporters.ts';

/** The built program as a user starts it. `.ci/run` builds first; alone: `npm run build && npm run test:e2e`. */
export default defineConfig({
  test: {
    reporters: reporters('e2e'),
    include: ['test/e2e/**/*.test.ts', 'test/webview/page/**/*.test.ts'],
    exclude: ['test/e2e/editor/**'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
