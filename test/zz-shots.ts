import { launchBrowser } from "./support/browser.ts";
import { TestSite } from "./support/site.ts";
const test = await TestSite.start({ historian: "embedded", hours: 5, speed: 900 }, (line) => console.log(line));
try {
  await new Promise((r) => setTimeout(r, 75_000));
  const browser = await launchBrowser();
  for (const [name, width, height, dark] of [["desktop", 1440, 1000, false], ["phone", 390, 844, false], ["dark", 1440, 1000, true]] as const) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
    const page = await context.newPage();
    page.on("pageerror", (e) => console.log("pageerror", e.message));
    await page.goto(`${test.site.urls.boards}/line01-fill`);
    await page.fill("input[name=name]", test.site.account.name);
    await page.fill("input[name=password]", test.site.account.password);
    await page.click("button.primary");
    await page.waitForSelector("#giveaway-now .stat b");
    await page.waitForTimeout(4000);
    await page.screenshot({ path: `/tmp/wt-fill-${name}.png`, fullPage: true });
    if (name === "desktop") { console.log(await page.textContent("#shifts")); await page.goto(test.site.urls.boards); await page.waitForTimeout(1000); await page.screenshot({ path: "/tmp/wt-fill-index.png" }); }
    await context.close();
  }
  const page = await browser.newPage({ viewport: { width: 1400, height: 1200 } });
  page.on("pageerror", (e) => console.log("pageerror", e.message));
  await page.goto(test.site.urls.editor);
  await page.fill("#node-dialog-login-username", test.site.account.name);
  await page.fill("#node-dialog-login-password", test.site.account.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".red-ui-flow-node-group", { timeout: 60000 });
  await page.waitForTimeout(2000);
  await page.screenshot({ path: "/tmp/wt-fill-flow.png" });
  await page.evaluate("RED.editor.edit(RED.nodes.node('tw-fill'))");
  await page.waitForSelector("#node-input-nominalProperty");
  await page.waitForTimeout(1500);
  await page.screenshot({ path: "/tmp/wt-fill-form.png" });
  await page.locator("text=check your regulation").first().scrollIntoViewIfNeeded();
  await page.evaluate("document.querySelector('#node-input-belowT2Percent')?.scrollIntoView()");
  await page.waitForTimeout(500);
  await page.screenshot({ path: "/tmp/wt-fill-form2.png" });
  await browser.close();
} finally { await test.stop(); }
