'use strict';
// Stands in for the native addon @vscode/native-watchdog: ends an extension host whose parent has died.
exports.start = parent => {
  const timer = setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.exit(87);
    }
  }, 1000);
  timer.unref();
};
exports.exit = code => process.exit(code);
