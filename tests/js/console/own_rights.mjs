// "Authenticate ServiceNow", clicked through, with the sign-in and consent pages of the instance.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { inspect, launch, open } from "./browser.mjs";
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
const click = (page, role, name) => page.getByRole(role, { name }).first().click();

// The administrator makes the account and the connection, and copies the redirect URL.
const setUp = async (page, service) => {
  await page.goto(service.firstAccount);
  await page.getByLabel("User name").fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  await click(page, "button", "Make the account");
  await page.getByLabel("User name").fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  await click(page, "button", "Sign in");
  await click(page, "link", "Add a connection");
  await page.getByLabel("ServiceNow Instance Host").fill(instance.origin);
  await page.getByLabel("ServiceNow Client appID").fill(instance.clientId);
  await page.getByRole("switch").check();
  await click(page, "button", "Save");
  await click(page, "link", "Set a credential");
  await page.getByLabel("Client secret").fill(instance.clientSecret);
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await says(page, "The credential is set.");
  const url = await page.getByRole("textbox", { name: "Redirect URL" }).inputValue();
  assert.equal(url, `${service.origin}/console/troubleshoot/callback`);
  await instance.register(url);
};

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const look = (page, name) => (javaScriptEnabled ? inspect(page, name) : undefined);

    test("an agent signs in to ServiceNow, looks somebody up, and has it forgotten", async () => {
      const service = await serve(instance, { NOWGRAPH_LIVE__VISIBILITY: "agent" });
      const options = { javaScriptEnabled, viewport: { width: 1280, height: 800 } };
      const { context, page, problems } = await open(browser, options);
      await setUp(page, service);
      await look(page, "connector-redirect-url");
      await click(page, "link", "Troubleshoot");
      await says(page, "Sign in there first.");
      await look(page, "troubleshoot-sign-in-first");
      await click(page, "link", /Authenticate ServiceNow/);
      await page.getByLabel("User name").fill(instance.user);
      await page.getByLabel("Password").fill(instance.password);
      await click(page, "button", "Log in");
      await click(page, "button", "Deny");
      await says(page, "ServiceNow did not let you in, or you did not allow it.");
      await look(page, "authenticate-denied");
      await click(page, "link", "Back to Troubleshoot");
      await click(page, "link", /Authenticate ServiceNow/);
      await page.getByLabel("User name").fill(instance.user);
      await page.getByLabel("Password").fill(instance.password);
      await click(page, "button", "Log in");
      await click(page, "button", "Allow");
      await says(page, "As you");
      await page.getByLabel("User", { exact: true }).fill(await instance.caller());
      await click(page, "button", "Look up");
      await page.getByText("Live", { exact: true }).waitFor();
      await look(page, "troubleshoot-own-rights");
      await click(page, "button", /Forget my sign-in/);
      await says(page, "Sign in there first.");
      assert.deepEqual(problems, []);
      await context.close();
      await service.stop();
    });
  });
}
