// The Playground's page, by what a person does on it.
import { chromium } from "playwright-core";

const WAIT = 15_000;
const STILL = 1_500; // milliseconds without a change: the answer is whole
const FADE = 500; // milliseconds until what fades in is there

export async function openBrowser(program) {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
  return chromium.launch({ executablePath: program, headless: true, args });
}

export async function openChat(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1500, height: 1000 }, locale: "sv-SE" });
  page.setDefaultTimeout(WAIT);
  // The page asks for fonts elsewhere, and does without.
  await page.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
  await page.goto(address);
  await page.getByText("Connected.").first().waitFor();
  await page.getByRole("button", { name: "Hide log panel" }).click();
  return new ChatPage(page);
}

export class ChatPage {
  constructor(page) {
    this.page = page;
    this.answers = page.locator(".fai-OutputCard");
  }

  async goTo(place) {
    await this.page.getByRole("treeitem", { name: place }).click();
    await this.page.waitForTimeout(500);
  }

  // The bot's next answer, once it is whole: its text, and the numbers of its citations.
  async ask(question) {
    const before = await this.answers.count();
    await this.page.getByRole("textbox").last().click();
    await this.page.keyboard.type(question);
    await this.page.getByRole("button", { name: "Send Message" }).click();
    return this.answerAfter(before);
  }

  // The same in the first thread of a channel, where the bot is mentioned: the text is that of the whole thread.
  // (A new post will not do: the Playground loses a reply that comes before it has drawn the post.)
  async mention(channel, bot, question) {
    await this.goTo(channel);
    const thread = this.page.getByRole("group").filter({ has: this.page.getByRole("button", { name: "Send Message" }) });
    await thread.first().getByRole("textbox").click();
    await this.page.keyboard.type(`@${bot.slice(0, 3)}`);
    await this.page.getByRole("menuitem", { name: bot }).click();
    await this.page.keyboard.type(` ${question}`);
    await thread.first().getByRole("button", { name: "Send Message" }).click();
    await thread.first().locator(".fai-Citation").first().waitFor();
    return this.whole(thread.first());
  }

  // The answer that comes after so many others.
  async answerAfter(before) {
    return this.whole(this.answers.nth(before));
  }

  async whole(place) {
    await place.waitFor();
    let text = "";
    for (let since = Date.now(); Date.now() - since < STILL; await this.page.waitForTimeout(100)) {
      const now = await place.innerText();
      if (now !== text) [text, since] = [now, Date.now()];
    }
    return { place, text, citations: await place.locator(".fai-Citation").allInnerTexts() };
  }

  // What the page shows of a citation that is pointed at.
  async openCitation(answer, number) {
    await answer.place.locator(".fai-Citation").filter({ hasText: new RegExp(`^${number}$`) }).first().hover();
    const shown = this.page.locator(".fui-PopoverSurface").last();
    await shown.waitFor();
    await this.page.waitForTimeout(FADE);
    return shown.innerText();
  }

  // Where the citation that is shown leads.
  async citedAddress() {
    return this.page.locator(".fui-PopoverSurface").last().locator("a[target]").getAttribute("href");
  }

  async lastCard() {
    const card = this.page.locator(".ac-adaptiveCard").last();
    await card.waitFor();
    return card;
  }

  // Press a button of the card (the one whose tooltip says `of`, where several have the name): the card says all these.
  async press(card, name, says, of = "") {
    await (of === "" ? card.getByRole("button", { name }) : card.getByTitle(`${name}: ${of}`)).first().click();
    for (const part of says) await this.page.locator(".ac-adaptiveCard").last().getByText(part).first().waitFor();
  }

  async closeCitation() {
    await this.page.mouse.move(5, 5);
    await this.page.locator(".fui-PopoverSurface").waitFor({ state: "hidden" });
  }

  // Whether there was a thumb to press, and what was said for it.
  async like() {
    const thumb = this.page.getByRole("button", { name: "Like", exact: true }).last();
    if ((await thumb.count()) === 0) return undefined;
    await thumb.click();
    const dialog = this.page.getByRole("dialog");
    await dialog.waitFor();
    return dialog;
  }

  async shoot(file) {
    await this.page.screenshot({ path: file });
  }
}
