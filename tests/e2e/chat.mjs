// The bot in the Playground, until Ctrl-C: node chat.mjs PROGRAM [ARGUMENT ...]
import { mkdirSync } from "node:fs";
import path from "node:path";
import { ROOT, isFree, startBot, startPlayground, stop } from "./local.mjs";

const BOT_PORT = 3978;
const PORT = 56150;
const LOGS = path.join(ROOT, "build", "chat");

const command = process.argv.slice(2);
const running = [];
let ending = false;

async function end(status) {
  if (ending) return;
  ending = true;
  await stop(...running);
  process.exit(status);
}

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => end(0));

async function main() {
  for (const port of [BOT_PORT, PORT]) {
    if (!(await isFree(port))) throw new Error(`Port ${port} används redan. Avsluta det som använder den.`);
  }
  mkdirSync(LOGS, { recursive: true });
  console.log("Startar boten och Playground (Microsofts efterlikning av Teams) ...");
  await startBot(command, BOT_PORT, path.join(LOGS, "bot.log"), (child) => running.push(child));
  await startPlayground(PORT, BOT_PORT, path.join(LOGS, "playground.log"), (child) => running.push(child));
  for (const child of running) {
    child.once("exit", () => {
      if (!ending) console.error(`En av dem slutade. Se ${child.log}`);
      end(1);
    });
  }
  console.log(`\n  Öppna http://127.0.0.1:${PORT}/ i webbläsaren.\n  Botens logg: ${LOGS}/bot.log\n  Avsluta med Ctrl+C.\n`);
}

main().catch(async (error) => {
  if (!ending) console.error(`Fel: ${error.message}`);
  await end(1);
});
