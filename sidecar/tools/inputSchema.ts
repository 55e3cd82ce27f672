import {UserError} from '../userError.ts';
import type {InputKind, Inputs, ToolInput} from './tool.ts';

const schemas: {readonly [T in InputKind['type']]: object} = {
  text: {type: 'string'},
  texts: {type: 'array', items: {type: 'string'}},
  flag: {type: 'boolean'},
};

/** The inputs of a tool as a JSON Schema, which agents and the manifest of the extension read. */
export function inputSchema(inputs: Inputs) {
  const entries = Object.entries(inputs);
  return {
    type: 'object' as const,
    properties: Object.fromEntries(
      entries.map(([name, {type, description}]) => [name, {...schemas[type], description}]),
    ),
    required: entries.filter(([, {isRequired}]) => isRequired).map(([name]) => name),
    additionalProperties: false,
  };
}

/** @throws UserError that says what was expected: agents learn from it */
export function parseInput(inputs: Inputs, given: unknown): ToolInput {
  const input = given ?? {};
  if (typeof input !== 'object' || Array.isArray(input)) throw new UserError('The input must be an object.');
  const unknown = Object.keys(input).filter(name => !Object.hasOwn(inputs, name));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no input ${JSON.stringify(unknown[0])}. There are ${Object.keys(inputs).join(', ')}.`,
    );
  }
  for (const [name, {type, isRequired}] of Object.entries(inputs)) {
    const value = (input as ToolInput)[name];
    if (value === undefined && !isRequired) continue;
    if (!hasType(value, type)) throw new UserError(`The input "${name}" must be ${words[type]}.`);
  }
  return input as ToolInput;
}

function hasType(value: unknown, type: InputKind['type']): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'texts':
      return Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string');
    case 'flag':
      return typeof value === 'boolean';
  }
}

const words: {readonly [T in InputKind['type']]: string} = {
  text: 'text',
  texts: 'a list of texts with at least one',
  flag: 'true or false',
};
