// Accounts and passwords, clicked through.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { inspect, launch, open } from "./browser.mjs";
import { serve, simulate } from "./programs.mjs";

const ADA = "ada@contoso.example";
const BOB = "bob@contoso.example";
const PASSWORD = "correct horse battery";
const OTHER = "another horse battery";

let browser, instance;
before(async () => {
  [browser, instance] = await Promise.all([launch(), simulate()]);
});
after(async () => {
  await browser?.close();
  await instance?.stop();
});

const says = (page, text) => page.getByText(text).first().waitFor();
const click = (page, role, name) => page.getByRole(role, { name, exact: true }).first().click();
const signIn = async (page, name, password) => {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await click(page, "button", "Sign in");
};

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const look = (page, name) => (javaScriptEnabled ? inspect(page, name) : undefined);
    const options = { javaScriptEnabled, viewport: { width: 1280, height: 800 } };

    test("an administrator adds somebody, who changes the password and is removed", async () => {
      const service = await serve(instance);
      const { context, page, problems } = await open(browser, options);
      await page.goto(service.firstAccount);
      await page.getByLabel("User name").fill(ADA);
      await page.getByLabel("Password").fill(PASSWORD);
      await click(page, "button", "Make the account");
      await signIn(page, ADA, PASSWORD);
      await click(page, "link", "Accounts");
      await page.getByLabel("User name").fill(BOB);
      await page.getByRole("checkbox", { name: /Incident viewer/ }).uncheck();
      await click(page, "button", "Add");
      await says(page, "Choose at least one role.");
      assert.equal(await page.getByLabel("User name").inputValue(), BOB);
      await look(page, "accounts-errors");
      await page.getByRole("checkbox", { name: /Auditor/ }).check();
      await click(page, "button", "Add");
      await says(page, "it is shown this once");
      const given = await page.getByRole("textbox", { name: "Password" }).inputValue();
      await look(page, "account-password");
      await click(page, "link", "Done");
      await look(page, "accounts");

      const other = await open(browser, options);
      await other.page.goto(`${service.origin}/console`);
      await signIn(other.page, BOB, given);
      await other.page.locator("details.account summary").click();
      await click(other.page, "link", "Change password");
      await look(other.page, "password");
      for (const [label, value] of [
        ["Present password", given],
        ["New password", OTHER],
        ["New password again", OTHER],
      ]) {
        await other.page.getByLabel(label, { exact: true }).fill(value);
      }
      await click(other.page, "button", "Change the password");
      await says(other.page, "Your password is changed.");
      await signIn(other.page, BOB, OTHER);
      await click(other.page, "link", "Audit log");
      await says(other.page, "Made an account");

      await click(page, "link", BOB);
      await look(page, "account");
      await click(page, "button", "Remove the account");
      await says(page, "The account is removed.");
      await other.page.goto(`${service.origin}/console/audit`);
      await other.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
      assert.deepEqual([...problems, ...other.problems], []);
      await other.context.close();
      await context.close();
      await service.stop();
    });
  });
}
