// The bot and the Playground on this computer: started, waited for, ended.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const HERE = import.meta.dirname;
export const ROOT = path.resolve(HERE, "..", "..");
const START = 90_000; // milliseconds: the first start reads the model into its cache
const STOP = 12_000; // milliseconds: the bot lets turns under way end, for ten seconds at most

// A port on loopback that nobody listens on.
export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function isFree(port) {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

// The bot, when it answers. `command` is the program and its arguments before "serve", `log` the file of what it
// writes; `started` is told at once, so that the process can be ended while it is waited for.
export async function startBot(command, port, log, started = () => {}) {
  const [program, ...given] = command;
  const bot = start(program, [...given, "serve", "--local", "--port", String(port)], { cwd: ROOT, log });
  started(bot);
  await ready(bot, `http://127.0.0.1:${port}/readyz`, "Boten");
  return bot;
}

// The Playground, when it answers; arguments as above.
export async function startPlayground(port, botPort, log, started = () => {}) {
  const cli = path.join(HERE, "node_modules", "@microsoft", "m365agentsplayground", "cli.js");
  const endpoint = `http://127.0.0.1:${botPort}/api/messages`;
  const env = {
    TEAMSAPPTESTER_BROWSER: "none",
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(HERE, "loopback.cjs"))} --dns-result-order=ipv4first`,
  };
  const given = [cli, "start", "-e", endpoint, "-c", "msteams", "-p", String(port), "--dt"];
  const playground = start(process.execPath, given, { cwd: HERE, log, env });
  started(playground);
  await ready(playground, `http://127.0.0.1:${port}/`, "Playground");
  return playground;
}

// End them, the first first; whoever does not go is killed.
export async function stop(...children) {
  for (const child of children.filter((one) => one !== undefined)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    signal(child, "SIGTERM");
    const late = setTimeout(() => signal(child, "SIGKILL"), STOP);
    await gone;
    clearTimeout(late);
  }
}

// A process group of its own: Ctrl-C reaches only the one that started it, which ends the others in order.
function start(program, given, { cwd, log, env }) {
  const out = openSync(log, "w");
  const stdio = ["ignore", out, out];
  const child = spawn(program, given, { cwd, detached: true, env: { ...process.env, ...env }, stdio });
  child.log = log;
  child.once("error", (error) => (child.failure = error));
  return child;
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

async function ready(child, address, name) {
  const end = Date.now() + START;
  while (Date.now() < end) {
    if (child.failure) throw new Error(`${name} gick inte att starta: ${child.failure.message}`);
    if (child.exitCode !== null) throw new Error(`${name} slutade direkt (${child.exitCode}). Se ${child.log}`);
    const response = await fetch(address).catch(() => undefined);
    if (response?.ok) return;
    await pause(200);
  }
  await stop(child);
  throw new Error(`${name} svarade inte på ${address} inom ${START / 1000} s. Se ${child.log}`);
}
