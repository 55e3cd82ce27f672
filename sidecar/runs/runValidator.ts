/** The validator of stored runs; see sidecar/document/documentValidator.ts for why it is a file of its own. */
import {Ajv, type Options, type ValidateFunction} from 'ajv';
import schema from '../../schemas/run.schema.json' with {type: 'json'};

export {schema};

export const options: Options = {strict: false};

export function validator(): ValidateFunction {
  validate ??= new Ajv(options).compile(schema);
  return validate;
}

let validate: ValidateFunction | undefined;
