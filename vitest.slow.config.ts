import {defineConfig} from 'vitest/config';
import {reporters} from './scripts/testReporters.ts';

/** Tests that take minutes: `npm run test:slow`. */
export default defineConfig({
  test: {reporters: reporters('slow'), include: ['test/slow/**/*.test.ts'], testTimeout: 600_000},
});
