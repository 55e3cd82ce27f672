import {defineConfig} from 'vitest/config';

/** The built program as a user starts it. `.ci/run` builds first; alone: `npm run build && npm run test:e2e`. */
export default defineConfig({
  test: {include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false},
});
