// The main job in Chromium 80 itself: scanned, checked in, claimed, a code shown, redeemed at the till, a vote cast.
// Asked: {chromium, visitor, buyer, offer, clerk, till, voter, vote}: a program and addresses.
// Told: {version, said: {step: text}, faults: [{on, script, text}]}.

const puppeteer = require("puppeteer-core");

const asked = JSON.parse(process.argv[2]);
const told = { said: {}, faults: [] };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const bare = (text) => text.replace(/\s+/g, "");

async function phone(browser) {
  const page = await (await browser.createIncognitoBrowserContext()).newPage();
  await page.setViewport({ width: 360, height: 640, isMobile: true, hasTouch: true });
  const wire = await page.target().createCDPSession();
  await wire.send("Runtime.enable");
  wire.on("Runtime.exceptionThrown", ({ exceptionDetails: one }) => {
    told.faults.push({ on: page.url(), script: one.url || "", text: one.exception ? one.exception.description : one.text });
  });
  page.on("response", (answer) => {
    if (answer.status() >= 500) told.faults.push({ on: page.url(), script: answer.url(), text: String(answer.status()) });
  });
  return page;
}

async function signedIn(browser, address) {
  const page = await phone(browser);
  await page.goto(address);
  await tap(page, await page.$("main button"));
  return page;
}

async function tap(page, found) {
  await found.evaluate((one) => one.scrollIntoView({ block: "center" }));
  await Promise.all([page.waitForNavigation({ timeout: 5000 }).catch(() => {}), found.tap()]);
}

async function press(page, words) {
  const found = await page.evaluateHandle((text) => Array.from(document.querySelectorAll("main button, main a, main label"))
    .find((one) => one.offsetParent && one.textContent.replace(/\s+/g, "").includes(text)), bare(words));
  if (!found.asElement()) throw new Error(`${words} is not on ${page.url()}: ${await page.evaluate(() => document.body.innerText)}`);
  await tap(page, found.asElement());
}

async function read(page, step) {
  told.said[step] = await page.evaluate(() => document.querySelector("main").innerText);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > 361) told.faults.push({ on: page.url(), script: "", text: `${wide} px wide` });
}

async function walk(browser) {
  const visitor = await phone(browser);
  await visitor.goto(asked.visitor);
  await press(visitor, "受付する");
  await read(visitor, "arrived");
  await press(visitor, "このスマホで つづける");
  await press(visitor, "うけとる");
  await read(visitor, "claimed");

  const buyer = await signedIn(browser, asked.buyer);
  await buyer.goto(asked.offer);
  await tap(buyer, await buyer.$("main form button.main"));
  await read(buyer, "code");
  const till = await signedIn(browser, asked.clerk);
  await till.goto(asked.till);
  await press(till, "お店の画面をひらく");
  for (const digit of told.said.code.match(/\d{3}\s\d{3}/)[0].replace(/\s/, "")) await pressKey(till, digit);
  await till.waitForFunction(() => document.querySelector("main").innerText.includes("完了"), { timeout: 15000 });
  await read(till, "redeemed");
  await buyer.waitForFunction(() => document.querySelector("main").innerText.includes("完了"), { timeout: 15000 });
  await read(buyer, "receipt");

  const voter = await signedIn(browser, asked.voter);
  await voter.goto(asked.vote);
  await (await voter.$("main label input[type=radio]")).evaluate((one) => one.closest("label").click());
  await press(voter, "投票する");
  await read(voter, "voted");
}

async function pressKey(page, digit) {
  const key = await page.evaluateHandle((text) => Array.from(document.querySelectorAll("button"))
    .find((one) => one.textContent.trim() === text), digit);
  await key.asElement().tap();
  await pause(100);
}

puppeteer.launch({ executablePath: asked.chromium, args: ["--headless", "--no-sandbox", "--disable-gpu"] }).then(async (browser) => {
  told.version = await browser.version();
  try {
    await walk(browser);
  } catch (error) {
    told.faults.push({ on: "", script: "walk.js", text: error.message });
  }
  await browser.close();
  console.log(JSON.stringify(told));
});
