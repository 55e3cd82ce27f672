import {defineConfig} from 'vitest/config';

/** Not tests: they take the pictures of docs/editor.md. `npm run pictures`. */
export default defineConfig({
  test: {include: ['test/e2e/editor/pictures.ts'], testTimeout: 300_000, hookTimeout: 180_000},
});
