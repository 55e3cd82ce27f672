/**
 * `mlp mcp`: the tools over the Model Context Protocol, on standard input and output. Loaded on demand, since its library
 * is larger than the rest of the command line.
 */
import {statSync} from 'node:fs';
import {Server} from '@modelcontextprotocol/sdk/server/index.js';
import {StdioServerTransport} from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  type JSONRPCMessage,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import packageJson from '../../package.json' with {type: 'json'};
import {allowedPath} from '../tools/allowedPath.ts';
import {inputSchema} from '../tools/inputSchema.ts';
import type {Tool, ToolHost} from '../tools/tool.ts';
import {callTool, confirmationOf, tools} from '../tools/tools.ts';
import {UserError} from '../userError.ts';
import {crossValidateHere} from './crossValidateHere.ts';

/** Agents that cannot ask their user call twice: the first answer tells the cost. */
const agreed = {
  agreed: {
    type: 'boolean',
    description: 'true once the user has agreed to the cost that a call without it tells.',
  },
};

/**
 * Serves until the client closes the connection.
 * @param folder outside of which nothing is touched
 * @throws UserError if there is no such folder
 */
export async function serveMcp(folder: string): Promise<void> {
  if (!statSync(folder, {throwIfNoEntry: false})?.isDirectory()) throw new UserError(`There is no folder ${folder}.`);
  const server = new Server(
    {name: 'mlp-lab', title: 'MLP Lab', version: packageJson.version},
    {capabilities: {tools: {}}},
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({tools: tools.map(describe)}));
  server.setRequestHandler(CallToolRequestSchema, ({params}, {signal}) =>
    answer(params.name, params.arguments, folder, signal),
  );
  const closed = new Promise<void>(resolve => {
    server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  const transport = new StdioServerTransport();
  server.onerror = error => void refuse(transport, error);
  await server.connect(transport);
  await closed;
}

/** The library drops what it cannot read: its sender would wait for ever. */
async function refuse(transport: StdioServerTransport, {name}: Error): Promise<void> {
  const said = REFUSED[name];
  if (said) await transport.send({jsonrpc: '2.0', id: null, error: said} as unknown as JSONRPCMessage);
}

/** By the error that reading a line throws. */
const REFUSED: {readonly [error: string]: {code: number; message: string}} = {
  SyntaxError: {code: -32700, message: 'The line is not JSON.'},
  ZodError: {code: -32600, message: 'The line is not a message of JSON-RPC 2.0.'},
};

function describe({name, title, description, inputs, isReadOnly}: Tool) {
  const schema = inputSchema(inputs);
  return {
    name,
    title,
    description,
    inputSchema: isReadOnly ? schema : {...schema, properties: {...schema.properties, ...agreed}},
    annotations: {readOnlyHint: isReadOnly, destructiveHint: false, idempotentHint: isReadOnly, openWorldHint: false},
  };
}

async function answer(name: string, given: unknown, folder: string, signal: AbortSignal): Promise<CallToolResult> {
  const {agreed: isAgreed, ...input} = (given ?? {}) as Record<string, unknown>;
  const host: ToolHost = {resolve: path => allowedPath(path, [folder]), crossValidate: crossValidateHere, signal};
  try {
    const question = isAgreed === true ? null : await confirmationOf(name, input, host);
    if (question !== null) return text(`${question} Ask the user, then call again with "agreed": true.`);
    return text(await callTool(name, input, host));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {...text(error.message), isError: true};
  }
}

function text(content: string): CallToolResult {
  return {content: [{type: 'text', text: content}]};
}
