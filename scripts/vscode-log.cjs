// Stands in for `@vscode/spdlog`, which needs a compiler, in the VS Code of the tests and of `npm start`: it writes the
// log files, and output channels are log files. Copied over that package's index.js.
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const levels = ["trace", "debug", "info", "warning", "error", "critical", "off"];

class Logger {
  constructor(_kind, _name, file) {
    mkdirSync(dirname(file), { recursive: true });
    Object.assign(this, { file, level: 2, plain: false });
  }
  write(level, message) {
    if (level < this.level) return;
    const head = `${new Date().toISOString().replace("T", " ").slice(0, -1)} [${levels[level]}] `;
    appendFileSync(this.file, this.plain ? message : `${head}${message}\n`);
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
  clearFormatters() {
    this.plain = true;
  }
  setPattern() {
    this.plain = false;
  }
  flush() {}
  drop() {}
}

const create = (kind) => async (name, file) => new Logger(kind, name, file);

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create("rotating");
exports.createAsyncRotatingLogger = create("rotating_async");
