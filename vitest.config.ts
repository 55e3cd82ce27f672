import {defineConfig} from 'vitest/config';
import {reporters} from './scripts/testReporters.ts';

export default defineConfig({
  test: {
    reporters: reporters('tests'),
    include: ['test/**/*.test.ts'],
    exclude: ['test/slow/**', 'test/e2e/**', 'test/webview/page/**'],
    testTimeout: 60_000,
  },
});
