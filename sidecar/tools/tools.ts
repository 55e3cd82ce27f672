import {UserError} from '../userError.ts';
import {checkTool} from './checkTool.ts';
import {compareTool} from './compareTool.ts';
import {crossValidateTool} from './crossValidateTool.ts';
import {describeTool} from './describeTool.ts';
import {parseInput} from './inputSchema.ts';
import {readRunTool} from './readRunTool.ts';
import type {Tool, ToolHost} from './tool.ts';

export const tools: readonly Tool[] = [checkTool, describeTool, crossValidateTool, compareTool, readRunTool];

/** @throws UserError if there is no such tool, the input is wrong, or the tool refuses */
export async function callTool(name: string, input: unknown, host: ToolHost): Promise<string> {
  const tool = findTool(name);
  return tool.run(parseInput(tool.inputs, input), host);
}

/** What the user must agree to before a tool is called; null: nothing. */
export async function confirmationOf(name: string, input: unknown, host: ToolHost): Promise<string | null> {
  const tool = findTool(name);
  return tool.confirmation ? tool.confirmation(parseInput(tool.inputs, input), host) : null;
}

function findTool(name: string): Tool {
  const tool = tools.find(one => one.name === name);
  if (tool) return tool;
  throw new UserError(`There is no tool "${name}". There are ${tools.map(one => one.name).join(', ')}.`);
}
