// Signing in with an account of the organisation, clicked through.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { inspect, launch, open } from "./browser.mjs";
import { issue } from "./issuer.mjs";
import { serve, simulate } from "./programs.mjs";

const TENANT = "11111111-1111-1111-1111-111111111111";

let browser, instance, issuer;
before(async () => {
  const person = { sub: "ada", preferred_username: "ada@contoso.example", groups: ["desk"] };
  [browser, instance, issuer] = await Promise.all([launch(), simulate(), issue("console", person)]);
});
after(async () => {
  await browser?.close();
  await instance?.stop();
  issuer?.stop();
});

const settings = (mode, role) => ({
  NOWGRAPH_AUTH__MODE: mode,
  NOWGRAPH_AUTH__ISSUERS: issuer.origin,
  NOWGRAPH_AUTH__AUDIENCES: "api",
  NOWGRAPH_AUTH__TENANTS: TENANT,
  NOWGRAPH_CONSOLE__CLIENT_ID: "console",
  NOWGRAPH_CONSOLE__ROLES: `groups:${role}=incidentViewer`,
  NOWGRAPH_EGRESS__PRIVATE: [issuer.origin, instance.origin].map((url) => new URL(url).host).join(),
});
const says = (page, text) => page.getByText(text).first().waitFor();
const go = (page) => page.getByRole("link", { name: "Sign in with your organisation" }).click();

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    const look = (page, name) => (javaScriptEnabled ? inspect(page, name) : undefined);

    test("somebody goes to the issuer, cancels, and then comes in", async () => {
      const service = await serve(instance, settings("oidc", "desk"));
      const options = { javaScriptEnabled, viewport: { width: 1280, height: 800 } };
      const { context, page, problems } = await open(browser, options);
      await page.goto(`${service.origin}/console/troubleshoot`);
      assert.equal(await page.getByLabel("Password").count(), 0);
      await look(page, "sign-in-openid");
      await go(page);
      await page.getByRole("link", { name: "Cancel" }).click();
      await says(page, "You were not signed in: it was cancelled");
      await look(page, "sign-in-openid-cancelled");
      await go(page);
      await page.getByRole("link", { name: "Continue" }).click();
      await page.getByRole("heading", { level: 1, name: "Troubleshoot" }).waitFor();
      await page.locator("details.account summary").getByText("ada@contoso.example").click();
      if (javaScriptEnabled) {
        // The page on the way there stays while the issuer has nothing to show.
        await page.route("**/bye?*", (route) => route.fulfill({ status: 204 }));
        await page.getByRole("button", { name: "Sign out", exact: true }).click();
        await says(page, "You are signed out here");
        await look(page, "sign-out-openid");
        await page.unroute("**/bye?*");
        await page.goto(await page.getByRole("link", { name: "Go on" }).getAttribute("href"));
      } else {
        await page.getByRole("button", { name: "Sign out", exact: true }).click();
      }
      await page.getByRole("link", { name: "Back" }).click();
      await says(page, "You are signed out.");
      await page.goBack();
      await page.goto(`${service.origin}/console/troubleshoot`);
      await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
      assert.deepEqual(problems, []);
      await context.close();
      await service.stop();
    });
  });
}

describe("beside accounts of the console", () => {
  test("somebody without a role is told so", async () => {
    const service = await serve(instance, settings("builtin", "others"));
    const { context, page, problems } = await open(browser, { viewport: { width: 1280, height: 800 } });
    await page.goto(`${service.origin}/console`);
    await page.getByLabel("Password").waitFor();
    await inspect(page, "sign-in-both");
    await go(page);
    await page.getByRole("link", { name: "Continue" }).click();
    await says(page, "ada@contoso.example has no role in this console.");
    await inspect(page, "sign-in-openid-no-role");
    assert.deepEqual(problems, []);
    await context.close();
    await service.stop();
  });
});
