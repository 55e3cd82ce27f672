import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Ajv, type AnySchema, type Options} from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type {Plugin} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A file …Validator.ts as the bundler reads it. */
interface ValidatorSource {
  readonly options: Options;
  readonly schema: AnySchema;
}

/**
 * Bundles the code that ajv would make of a schema instead of ajv and the schema: starting the command line was four
 * times as much work with it (bench/start.ts).
 */
export const compiledValidators: Plugin = {
  name: 'compiled-validators',
  setup(build) {
    build.onLoad({filter: /sidecar[\\/]\w+[\\/]\w+Validator\.ts$/}, async ({path}) => {
      const {options, schema} = (await import(path)) as ValidatorSource;
      const ajv = new Ajv({...options, code: {source: true, esm: true}});
      const code = standalone.default(ajv, ajv.compile(schema));
      return {
        contents: `${code}\nexport const validator = () => validate;`,
        loader: 'js',
        // The code asks for two small functions of ajv's.
        resolveDir: root,
        watchFiles: [join(root, 'schemas/mlp.schema.json'), join(root, 'schemas/run.schema.json')],
      };
    });
  },
};
