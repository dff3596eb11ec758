/* Runs Kith's scripts without a page. Reads requests from standard input, one line of JSON each, and writes a line for each:
   {scripts: [path, …], run: "an expression that is a function", args: […]} with {value} or {error}. Each set of scripts is loaded
   once, into a context of its own that has only those parts of a browser that the scripts may use. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import vm from "node:vm";

const contexts = new Map();

const contextOf = (scripts) => {
  const key = scripts.join("\n");
  if (!contexts.has(key)) {
    const context = vm.createContext({ atob, btoa, crypto, TextEncoder, indexedDB: {} });
    vm.runInContext("globalThis.self = globalThis.window = globalThis;", context);
    scripts.forEach((filename) => vm.runInContext(readFileSync(filename, "utf8"), context, { filename }));
    contexts.set(key, context);
  }
  return contexts.get(key);
};

/* The arguments are read and the value is written inside, so that arrays and objects there are those of the scripts. */
const answer = async ({ scripts, run, args }) => {
  try {
    const context = contextOf(scripts);
    const work = vm.runInContext(`(async (args) => JSON.stringify({ value: await (${run})(...JSON.parse(args)) }))`, context);
    return await work(JSON.stringify(args));
  } catch (error) {
    return JSON.stringify({ error: String(error?.stack || error) });
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answer(JSON.parse(line))}\n`);
}
