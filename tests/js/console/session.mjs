// The end of a session by time: what was noted of it is made older, since the clock is the machine's.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch, open } from "./browser.mjs";
import { serve, simulate } from "./programs.mjs";

const ADA = "ada@contoso.example";
const PASSWORD = "correct horse battery";
const MINUTE = 60;
const HOUR = 60 * MINUTE;

let browser, instance;
before(async () => {
  [browser, instance] = await Promise.all([launch(), simulate()]);
});
after(async () => {
  await browser?.close();
  await instance?.stop();
});

const isAt = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("a session ends when nobody used it for an hour, or after twelve, and goes on where it was", async () => {
      const service = await serve(instance);
      const { context, page, problems } = await open(browser, { javaScriptEnabled });
      const signIn = async () => {
        await page.getByLabel("User name").fill(ADA);
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Sign in" }).click();
      };
      await page.goto(service.firstAccount);
      await page.getByLabel("User name").fill(ADA);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Make the account" }).click();
      await signIn();
      await isAt(page, "ServiceNow connector");

      service.age({ used: HOUR - MINUTE });
      await page.getByRole("link", { name: "Overview" }).click();
      await isAt(page, "Overview");
      service.age({ used: HOUR });
      await page.getByRole("link", { name: "Audit log" }).click();
      await isAt(page, "Sign in");
      await signIn();
      await isAt(page, "Audit log");

      service.age({ created: 12 * HOUR });
      await page.getByRole("link", { name: "Accounts" }).click();
      await isAt(page, "Sign in");
      await signIn();
      await isAt(page, "Accounts");
      assert.deepEqual(problems, []);
      await context.close();
      await service.stop();
    });
  });
}
