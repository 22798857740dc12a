// The same jobs by keyboard alone: everything is reached with Tab, and what has the focus is seen.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch, open } from "./browser.mjs";
import { serve, simulate } from "./programs.mjs";

const ADA = "ada@contoso.example";
const PASSWORD = "correct horse battery";

let browser, instance;
before(async () => {
  [browser, instance] = await Promise.all([launch(), simulate()]);
});
after(async () => {
  await browser?.close();
  await instance?.stop();
});

const says = (page, text) => page.getByText(text).first().waitFor();

// Goes on with Tab until something with this name has the focus, which has to be seen.
const tabTo = async (page, name) => {
  for (let presses = 0; presses < 90; presses += 1) {
    await page.keyboard.press("Tab");
    const [found, outline, isBody] = await page.evaluate(() => {
      const element = document.activeElement;
      const name = element.labels?.[0]?.innerText ?? element.ariaLabel ?? element.innerText;
      const isBody = element === document.body || element === document.documentElement;
      return [name.trim(), getComputedStyle(element).outlineStyle, isBody];
    });
    if (found === "" || isBody) continue;
    assert.notEqual(outline, "none", `${found} has the focus, which is not seen`);
    if (found.startsWith(name)) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
};

describe("by keyboard alone", () => {
  test("a connection is set up, a person looked up, a conflict ended, and the connection deleted", async () => {
    const service = await serve(instance);
    const { context, page, problems } = await open(browser, {});
    const press = async (name) => {
      await tabTo(page, name);
      await page.keyboard.press("Enter");
    };
    const type = async (name, text) => {
      await tabTo(page, name);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    };
    await page.goto(service.firstAccount);
    await type("User name", ADA);
    await type("Password", PASSWORD);
    await page.keyboard.press("Enter");
    await says(page, "The account is made.");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.innerText), "Skip to the content");
    await page.keyboard.press("Enter");
    await type("User name", ADA);
    await type("Password", PASSWORD);
    await page.keyboard.press("Enter");
    await says(page, "No connection yet");

    await press("Add a connection");
    await page.getByRole("heading", { level: 1, name: "Add a connection" }).waitFor();
    await type("ServiceNow Instance Host", instance.origin);
    await type("ServiceNow Client appID", instance.clientId);
    await page.keyboard.press("Enter");
    await says(page, "Now set a credential");
    await press("Set a credential");
    await says(page, "How to sign in");
    await type("Client secret", instance.clientSecret);
    await page.keyboard.press("Enter");
    await says(page, "The credential is set.");
    await press("Test connection");
    await says(page, "The connection works");
    await tabTo(page, "Exchange data");
    await page.keyboard.press("Space");
    await tabTo(page, "ServiceNow Instance Host");
    await page.keyboard.press("Enter");
    await says(page, "Saved.");
    await press("Sync now");
    await says(page, "A pass is asked for");
    while (!(await page.getByRole("row").filter({ hasText: "Succeeded" }).first().isVisible())) {
      const loaded = page.waitForEvent("load");
      await press("Refresh");
      await loaded;
    }

    await press("Troubleshoot");
    await says(page, "Display name, user principal name");
    await type("User", "ab");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("Live", { exact: true }).waitFor();
    await press("Details of");
    await page.locator(".panel:popover-open").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.innerText), "Close");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".panel:popover-open").count(), 0);
    await press("Overview");
    await says(page, "Health of connections");

    const other = await open(browser, {});
    await other.page.goto(`${service.origin}/console/connectors`);
    await other.page.getByLabel("User name").fill(ADA);
    await other.page.getByLabel("Password").fill(PASSWORD);
    await other.page.getByRole("button", { name: "Sign in" }).click();
    await other.page.getByRole("link", { name: instance.origin }).click();
    await press("ServiceNow connector");
    await page.getByRole("heading", { level: 1, name: "ServiceNow connector" }).waitFor();
    await press(instance.origin);
    await says(page, "Last passes");
    await other.page.getByLabel("ServiceNow Incident API URL").fill("/api/now/v2/table/incident");
    await other.page.getByRole("button", { name: "Save" }).click();
    await says(other.page, "Saved.");
    await other.context.close();
    await type("ServiceNow Incident API URL", "/api/now/v1/table/incident");
    await page.keyboard.press("Enter");
    await says(page, "somebody else has changed this connection");
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
    await press("Save");
    await says(page, "Saved.");
    await press("View audit");
    await says(page, "What happened to");
    await press(instance.origin);
    await says(page, "Last passes");
    await press("Delete");
    await page.getByRole("heading", { name: "Delete the connection?" }).waitFor();
    await press("Delete");
    await says(page, "The connection is deleted.");
    await press("Audit log");
    await says(page, "Deleted a connection");
    await press(ADA);
    await press("Sign out");
    await says(page, "You are signed out.");
    assert.deepEqual(problems, []);
    await context.close();
    await service.stop();
  });
});
