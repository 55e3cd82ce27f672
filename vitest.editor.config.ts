import {defineConfig} from 'vitest/config';
import {reporters} from './scripts/testReporters.ts';

/** The packed extension in a real VS Code, driven through a real Chromium: `npm run test:editor`. */
export default defineConfig({
  test: {
    reporters: reporters('editor'),
    include: ['test/e2e/editor/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    // A server, an extension host and a browser are enough for two cores.
    fileParallelism: false,
  },
});
