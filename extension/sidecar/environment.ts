/** Debuggers and the editor leave variables behind that would change how Node starts. */
export function sidecarEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !/^(NODE_OPTIONS$|VSCODE_|ELECTRON_)/.test(name));
  return {...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1'};
}
