'use strict';
// Stands in for the native addon @vscode/spdlog: without it a VS Code server has no log files and no output channels.
const fs = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  constructor(file) {
    fs.mkdirSync(path.dirname(file), {recursive: true});
    this.descriptor = fs.openSync(file, 'a');
    this.level = levels.indexOf('info');
    this.isRaw = false;
  }
  write(level, message) {
    if (level < this.level || this.descriptor === undefined) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    try {
      fs.writeSync(this.descriptor, this.isRaw ? message : `${time} [${levels[level]}] ${message}\n`);
    } catch {
      // A log must not throw.
    }
  }
  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.isRaw = true;
  }
  flush() {}
  drop() {
    if (this.descriptor !== undefined) fs.closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (_name, file) => new Logger(file);
exports.createAsyncRotatingLogger = async (_name, file) => new Logger(file);
