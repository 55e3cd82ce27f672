import {defineConfig} from 'vitest/config';

/** Not tests: `npm run pictures` takes the pictures of docs/editor.md, `npm run bench:editor` its figures. */
export default defineConfig({
  test: {
    include: ['test/e2e/editor/pictures.ts', 'test/e2e/editor/speed.ts'],
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
