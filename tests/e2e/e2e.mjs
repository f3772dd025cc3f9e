// What a coordinator does, in a browser: node e2e.mjs CHROMIUM PROGRAM [ARGUMENT ...]
// The bot runs on the index that MOTESMINNET_INDEX names: that of data/minutes.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { openBrowser, openChat } from "./chat_page.mjs";
import { lookAtNotice, lookAtSource } from "./source_page.mjs";
import { ROOT, freePort, startBot, startPlayground, stop } from "./local.mjs";

const SHOTS = path.join(import.meta.dirname, "shots");
const LOGS = path.join(ROOT, "build", "e2e");
const BOT = "Mötesminnet";

// In a personal chat, in this order: what is asked, what its answer must say, the fewest and the most citations.
const PERSONAL = [
  {
    name: "beslut",
    question: "vad beslutades om yrkesresan?",
    says: ["Socialchefsnätverket Östrand", "15 september 2023, punkt 3", "till en kostnad av 4,25 kronor per invånare"],
    citations: [5, 10],
  },
  {
    name: "uppföljning",
    question: "och i Västerled?",
    says: ["Om yrkesresan", "Västerled", "1 mars 2024"],
    citations: [1, 10],
  },
  {
    name: "lista",
    question: "vilka beslut fattades den 22 november 2024?",
    says: ["Socialchefsnätverket Östrand, 22 november 2024", "Punkt 9 (Representanter i Barnahus styrgrupp)"],
    citations: [10, 10],
  },
  { name: "nej", question: "vad beslutades om ishallen?", says: ["ishallen"], citations: [0, 0] },
  { name: "hjälp", question: "hjälp", says: ["Du kan till exempel fråga", "vad sköts upp?"], citations: [0, 0] },
];
const CHANNEL = {
  name: "kanal",
  question: "vad beslutades om barnahus?",
  says: ["22 november 2024, punkt 9", "väljs till ledamöter i Barnahus styrgrupp"],
  citations: [1, 10],
};
const ALL = { button: "Visa alla (8)", says: ["Punkt 2 Föregående anteckningar", "Punkt 10 Mötesplan för våren 2025"] };
const WHOLE = { item: "Punkt 9 Representanter i Barnahus styrgrupp", says: ["Nätverket tackar för hans fyra år i styrgruppen"] };
const REST = ["Fortsättning:", "14 mars, 24–25 april (internat) och 5 juni"];
const SOURCE = {
  says: ["IFO-chefsnätverket Norrådal", "9 februari 2024", "Utdrag ur ifo-chefsnatverket-norradal-2024-02-09"],
  marked: "Norråda, Kvarnhult, Ljungvik och Selånäs ansluter sig till Yrkesresan barn och unga från och med den 1 juli 2024. FoU Norrådal tecknar avtalet för de fyra kommunernas räkning. Maria Hedlöf är regional kontaktperson.",
};
const CITED = ["IFO-chefsnätverket Norrådal 9 februari 2024, punkt 3", "Norråda, Kvarnhult, Ljungvik och Selånäs"];
const PEOPLE = ["Åsa", "Öberg", "Tallroth", "Wikmark"];

const [chromium, ...command] = process.argv.slice(2);
const failures = [];

async function check(name, steps) {
  try {
    console.log(`OK  ${name}${(await steps()) ?? ""}`);
  } catch (error) {
    failures.push(name);
    console.log(`FEL ${name}: ${error.message.split("\n").slice(0, 8).join("\n    ")}`);
  }
}

function mustBe(expected, answer) {
  for (const part of expected.says) assert.ok(answer.text.includes(part), `${part} saknas i: ${answer.text}`);
  const count = new Set(answer.citations).size;
  const [fewest, most] = expected.citations;
  assert.ok(fewest <= count && count <= most, `${count} hänvisningar, väntade ${fewest}-${most}`);
  assert.doesNotMatch(answer.text, /\[\d+\]|\*\*|undefined|null|Traceback/, "markup or code shows");
}

const shot = (name) => path.join(SHOTS, `${name}.png`);

async function walkThrough(chat, browser) {
  let source;
  await check("välkomnad", async () => mustBe(PERSONAL.at(-1), await chat.answerAfter(0)));
  for (const one of PERSONAL) {
    await check(`${one.name}: ${one.question}`, async () => {
      const answer = await chat.ask(one.question).finally(() => chat.shoot(shot(one.name)));
      mustBe(one, answer);
      if (one === PERSONAL[0]) source = await followCitation(chat, answer);
    });
    if (one.name === "lista") await check("knappar", () => pressButtons(chat));
  }
  await check("källan", async () => {
    await lookAtSource(browser, source, SOURCE, shot);
    await lookAtNotice(browser, source.replace(/.(?=#|$)/, "!"), "Länken är inte giltig", shot("källa ogiltig"));
  });
  await check("tumme upp", () => giveFeedback(chat));
  await check(`${CHANNEL.name}: ${CHANNEL.question}`, async () => {
    const answer = await chat.mention("Socialcheferna - General", BOT, CHANNEL.question).finally(() => chat.shoot(shot(CHANNEL.name)));
    mustBe(CHANNEL, answer);
  });
}

async function followCitation(chat, answer) {
  const shown = await chat.openCitation(answer, 3);
  await chat.shoot(shot("hänvisning"));
  for (const part of CITED) assert.ok(shown.includes(part), `${part} saknas i: ${shown}`);
  const source = await chat.citedAddress();
  await chat.closeCitation();
  return source;
}

// The card of a list: all its items in its place, one item whole, back again; and the rest of the answer.
async function pressButtons(chat) {
  const card = await chat.lastCard();
  await chat.press(card, ALL.button, ALL.says);
  await chat.shoot(shot("visa alla"));
  await chat.press(card, "Tillbaka", [ALL.button]);
  await chat.press(card, ALL.button, ALL.says);
  await chat.press(card, "Visa hela punkten", WHOLE.says, WHOLE.item);
  await chat.shoot(shot("visa hela punkten"));
  await chat.press(card, "Tillbaka", [ALL.button]);
  const before = await chat.answers.count();
  await chat.press(card, "Visa fler källor", []);
  const rest = await chat.answerAfter(before);
  for (const part of REST) assert.ok(rest.text.includes(part), `${part} saknas i: ${rest.text}`);
  await chat.shoot(shot("visa fler"));
}

async function giveFeedback(chat) {
  const dialog = await chat.like();
  if (dialog === undefined) throw new Error("ingen tumme att trycka på");
  await chat.shoot(shot("tumme"));
  await dialog.getByRole("button", { name: "Submit" }).click();
  await dialog.getByText("Thank you").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
}

// The bot's log has a line for each turn, and nothing of what was asked, answered or of whom.
function readLog(file) {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const turns = lines.filter((line) => line.outcome);
  assert.ok(turns.length > PERSONAL.length + 1, `${turns.length} rader om frågor`);
  assert.deepEqual(lines.filter((line) => line.level !== "INFO"), []);
  const asked = [...PERSONAL, CHANNEL].flatMap((one) => [...one.question.split(/[ ?]+/), ...one.says]);
  const words = [...asked.filter((word) => word.length > 4), ...PEOPLE, "personal-chat-id", "user-id"];
  const low = text.toLowerCase();
  assert.deepEqual(words.filter((word) => low.includes(word.toLowerCase())), [], "loggen nämner frågor eller namn");
}

async function main() {
  for (const folder of [SHOTS, LOGS]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const log = path.join(LOGS, "bot.log");
  const running = [];
  const started = (child) => running.unshift(child);
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => stop(...running).then(() => process.exit(1)));
  try {
    const [botPort, port] = [await freePort(), await freePort()];
    await startBot(command, botPort, log, started);
    await startPlayground(port, botPort, path.join(LOGS, "playground.log"), started);
    const browser = await openBrowser(chromium);
    try {
      await walkThrough(await openChat(browser, `http://127.0.0.1:${port}/`), browser);
    } finally {
      await browser.close();
    }
  } finally {
    await stop(...running);
  }
  await check("loggen", () => readLog(log));
}

await main();
console.log(failures.length ? `${failures.length} fel. Skärmbilder: ${SHOTS}` : `Skärmbilder: ${SHOTS}`);
process.exit(failures.length ? 1 : 0);
