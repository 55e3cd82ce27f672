/**
 * An agent for tests: calls the tools that calls.json of the workspace names, in turn, as any other extension may, and
 * writes what they answer into answers.json.
 */
const vscode = require('vscode');

exports.activate = context => {
  context.subscriptions.push(vscode.commands.registerCommand('agent.callTools', callTools));
};

async function callTools() {
  const [{uri}] = vscode.workspace.workspaceFolders;
  const file = name => vscode.Uri.joinPath(uri, name);
  const calls = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file('calls.json'))));
  const known = vscode.lm.tools.map(({name}) => name).filter(name => name.startsWith('mlp_'));
  const answers = [];
  for (const {name, input} of calls) answers.push(await answerOf(name, input));
  await vscode.workspace.fs.writeFile(file('answers.json'), new TextEncoder().encode(JSON.stringify({known, answers})));
}

async function answerOf(name, input) {
  try {
    const {content} = await vscode.lm.invokeTool(name, {input, toolInvocationToken: undefined});
    return {text: content.map(({value}) => value).join('')};
  } catch (error) {
    return {error: error.message};
  }
}
