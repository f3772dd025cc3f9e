// The bot's own page of a source, as it looks: light and dark, on a phone and on a desktop, and on paper.
import assert from "node:assert/strict";

const SIZES = { telefon: { width: 375, height: 740 }, dator: { width: 1280, height: 900 } };
const READABLE = 4.5; // contrast of text, WCAG 2.2 AA

// Opens the address in each look; `shoot` is told the file name of each picture.
export async function lookAtSource(browser, address, { says, marked }, fileOf) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const name = `${size} ${colorScheme === "dark" ? "mörkt" : "ljust"}`;
      await inContext(browser, { colorScheme, viewport }, async (page, complaints) => {
        const response = await page.goto(address);
        assert.equal(response.status(), 200, name);
        await page.screenshot({ path: fileOf(`källa ${name}`) });
        for (const part of says) assert.ok((await page.locator("main").innerText()).includes(part), `${name}: ${part} saknas`);
        assert.equal(await page.locator("mark").first().innerText(), marked, name);
        check(await page.evaluate(measure), colorScheme, name);
        if (size === "dator") await checkPaper(page, name);
        assert.deepEqual(complaints, [], `${name}: webbläsaren klagar`);
      });
    }
  }
}

// A link that is not ours: a page that says so, and nothing else.
export async function lookAtNotice(browser, address, says, file) {
  await inContext(browser, { colorScheme: "light", viewport: SIZES.telefon }, async (page) => {
    const response = await page.goto(address);
    await page.screenshot({ path: file });
    assert.equal(response.status(), 403);
    assert.equal(await page.getByRole("heading").innerText(), says);
    check(await page.evaluate(measure), "light", "upplysning");
  });
}

async function inContext(browser, options, steps) {
  const context = await browser.newContext({ ...options, locale: "sv-SE" });
  const complaints = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    // Chromium asks for /favicon.ico by itself.
    page.on("request", (request) => {
      if (request.resourceType() !== "document" && !request.url().endsWith("/favicon.ico")) complaints.push(request.url());
    });
    await steps(page, complaints);
  } finally {
    await context.close();
  }
}

function check(seen, colorScheme, name) {
  assert.ok(seen.width <= seen.room, `${name}: sidan är ${seen.width - seen.room} bildpunkter för bred`);
  assert.equal(seen.luminance > 0.5, colorScheme === "light", `${name}: fel bakgrund`);
  assert.ok(seen.size >= 16, `${name}: texten är ${seen.size} bildpunkter`);
  for (const [what, contrast] of Object.entries(seen.contrasts)) {
    assert.ok(contrast >= READABLE, `${name}: kontrasten för ${what} är ${contrast.toFixed(1)}`);
  }
  if (seen.mark) assert.ok(seen.mark.top >= 0 && seen.mark.top < seen.height, `${name}: det markerade syns inte`);
}

// On paper: black on white, also for those who read in the dark.
async function checkPaper(page, name) {
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(measure);
  assert.ok(seen.luminance > 0.9, `${name}: pappret är inte vitt`);
  assert.ok(seen.contrasts.body > 15, `${name}: trycket är inte svart`);
  await page.emulateMedia({ media: null });
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.ok(pdf.length > 5_000, `${name}: utskriften är tom`);
}

// Runs in the page: what can be measured of its look.
function measure() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const background = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [low, high] = [luminance(getComputedStyle(element).color), luminance(background(element))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const contrasts = {};
  for (const what of ["body", "h1", ".body", "dt", "dd", "mark", "footer"]) {
    const element = document.querySelector(what);
    if (element) contrasts[what] = contrast(element);
  }
  const root = document.documentElement;
  const box = document.querySelector("mark")?.getBoundingClientRect();
  return {
    width: root.scrollWidth,
    room: root.clientWidth,
    height: window.innerHeight,
    luminance: luminance(background(document.body)),
    size: parseFloat(getComputedStyle(document.body).fontSize),
    contrasts,
    mark: box ? { top: box.top } : null,
  };
}
