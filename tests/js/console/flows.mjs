// The jobs of the console, clicked through: with JavaScript, and without.

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

const signIn = async (page, origin) => {
  await page.goto(`${origin}/console/connectors`);
  await page.getByLabel("User name").fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "ServiceNow connector" }).waitFor();
};

const heading = (page) => page.getByRole("heading", { level: 1 }).innerText();
const says = (page, text) => page.getByText(text).first().waitFor();

// Keeps how many steps wait, whenever that changes.
const watchSteps = (page) =>
  page.evaluate(() => {
    window.waiting = [];
    const count = () => {
      const waiting = document.querySelectorAll(".steps li.waiting").length;
      if (waiting !== window.waiting.at(-1)) window.waiting.push(waiting);
    };
    new MutationObserver(count).observe(document, { childList: true, subtree: true });
  });

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    let service, opened, page;
    before(async () => {
      service = await serve(instance);
      opened = await open(browser, { javaScriptEnabled, viewport: { width: 1280, height: 800 } });
      page = opened.page;
    });
    after(async () => {
      await opened?.context.close();
      await service?.stop();
    });
    // The inspector is JavaScript itself.
    const look = (name) => (javaScriptEnabled ? inspect(page, name) : undefined);

    test("the first administrator makes an account and signs in", async () => {
      await page.goto(service.firstAccount);
      await look("first-administrator");
      await page.getByLabel("User name").fill(ADA);
      await page.getByLabel("Password").fill("too short");
      await page.getByRole("button", { name: "Make the account" }).click();
      await says(page, "A password has at least 12 characters.");
      assert.equal(await page.getByLabel("User name").inputValue(), ADA);
      await look("first-administrator-errors");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Make the account" }).click();
      await says(page, "The account is made.");
      await look("sign-in");
      await page.getByLabel("User name").fill(ADA);
      await page.getByLabel("Password").fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await says(page, "The user name or the password is not right.");
      await look("sign-in-wrong");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await says(page, "No connection yet");
      await look("connectors-none");
    });

    test("a connection is set up, tested and turned on", async () => {
      await page.getByRole("link", { name: "Add a connection" }).first().click();
      await look("connector-new");
      await page.getByLabel("ServiceNow Instance Host").fill("ftp://nowhere");
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "Not saved. Please check:");
      await look("connector-new-errors");
      assert.equal(await page.getByLabel("ServiceNow Instance Host").inputValue(), "ftp://nowhere");
      if (javaScriptEnabled) {
        assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
      }
      await page.getByLabel("ServiceNow Instance Host").fill(`${instance.origin}/nav_to.do?x=1`);
      await page.getByLabel("ServiceNow Client appID").fill(instance.clientId);
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "Now set a credential");
      assert.equal(await page.getByLabel("ServiceNow Instance Host").inputValue(), instance.origin);
      await look("connector-made");

      await page.getByRole("link", { name: "Set a credential" }).click();
      await look("credential");
      await page.getByLabel("Client secret").fill(instance.clientSecret);
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await says(page, "The credential is set.");

      if (javaScriptEnabled) await watchSteps(page);
      await page.getByRole("button", { name: "Test connection" }).click();
      await says(page, "The connection works");
      if (javaScriptEnabled) {
        // One after the other, and the page was not left.
        const waiting = await page.evaluate(() => window.waiting.slice(window.waiting.indexOf(10)));
        assert.deepEqual(waiting, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      }
      await look("connector-tested");

      await page.locator(".choose summary").click();
      await look("connector-export");
      for (const [link, name] of [["As JSON", "connection.json"], ["As Terraform", "connection.tf"]]) {
        const download = page.waitForEvent("download");
        await page.getByRole("link", { name: link }).click();
        assert.equal((await download).suggestedFilename(), `servicenow-${name}`);
      }
      await page.locator(".choose summary").click();

      await page.getByRole("switch").check();
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "Saved.");
      await page.getByRole("button", { name: "Sync now" }).click();
      await says(page, "A pass is asked for");
      // A pass ends when it ends: the page is looked at again until then.
      const succeeded = page.getByRole("row").filter({ hasText: "Succeeded" }).first();
      while (!(await succeeded.isVisible())) {
        await page.getByRole("link", { name: "Refresh" }).click();
      }
      await says(page, "Verified");
      await page.getByRole("img", { name: /^200 rows from/ }).waitFor();
      await page.getByText("Figures as a table").click();
      await look("connector");
      await page.getByText("Create the app in ServiceNow").click();
      await look("connector-guide");
      await page.getByRole("link", { name: "ServiceNow connector" }).first().click();
      await says(page, "Verified");
      await look("connectors");
    });

    test("a person is looked up, and their incidents are filtered, sorted and exported", async () => {
      await page.getByRole("link", { name: "Troubleshoot" }).click();
      await look("troubleshoot");
      if (javaScriptEnabled) {
        await page.getByRole("combobox", { name: "User" }).pressSequentially("ab");
        await page.getByRole("option").first().waitFor();
        await look("troubleshoot-suggested");
        await page.keyboard.press("Escape");
        assert.equal(await page.getByRole("listbox").isVisible(), false);
        await page.keyboard.press("ArrowDown");
        await page.getByRole("option").first().waitFor();
        await page.keyboard.press("ArrowDown");
        const chosen = page.getByRole("option", { selected: true });
        const name = await chosen.locator("span").innerText();
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: `ServiceNow incidents of ${name}` }).waitFor();
        await page.getByRole("link", { name: "Troubleshoot" }).click();
      }
      // One of the simulated instance, whose people are the same every time.
      await page.getByLabel("User", { exact: true }).fill("a");
      await page.getByRole("button", { name: "Look up" }).click();
      await says(page, "Who is meant?");
      await look("troubleshoot-people");
      await page.locator(".people a").first().click();
      await page.getByText("Live", { exact: true }).waitFor();
      await look("troubleshoot-incidents");
      const table = page.getByRole("region", { name: "Table of incidents" });
      const first = () => table.getByRole("rowheader").first().innerText();
      const total = await table.getByRole("rowheader").count();
      assert.ok(total > 0);
      assert.equal(await table.locator("th[aria-sort]").innerText(), "Opened");
      await table.getByRole("link", { name: "Incident", exact: true }).click();
      await table.locator("th[aria-sort=ascending]").getByText("Incident").waitFor();
      const lowest = await first();
      await table.getByRole("link", { name: "Incident", exact: true }).click();
      await table.locator("th[aria-sort=descending]").getByText("Incident").waitFor();
      assert.ok((await first()) >= lowest);

      await table.getByRole("button", { name: `Details of ${(await first()).trim().split(/\s/)[0]}` }).click();
      const panel = page.locator(".panel:popover-open");
      await panel.getByText("User principal name").waitFor();
      await look("troubleshoot-detail");
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
      if (javaScriptEnabled) {
        assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /^Details of /);
      }

      await page.locator(".choose summary").click();
      await look("troubleshoot-columns");
      await page.getByRole("checkbox", { name: "SYS_ID" }).check();
      await page.getByLabel("Find").fill(lowest.trim().split(/\s/)[0]);
      await page.getByRole("button", { name: "Apply" }).click();
      await table.getByRole("columnheader", { name: "SYS_ID" }).waitFor();
      assert.equal(await table.getByRole("rowheader").count(), 1);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Export CSV" }).click();
      assert.equal((await download).suggestedFilename(), "incidents.csv");

      await page.getByLabel("User", { exact: true }).fill("nobody@nowhere.example");
      await page.getByRole("button", { name: "Look up" }).click();
      await says(page, "Why is nothing here?");
      await look("troubleshoot-nobody");
      await page.getByRole("link", { name: "ServiceNow connector" }).click();
    });

    test("the overview has figures, as pictures and as tables", async () => {
      await page.getByRole("link", { name: "Overview" }).click();
      await says(page, "Health of connections");
      await look("overview-month");
      await page.getByRole("link", { name: "364 days" }).click();
      await page.getByRole("img", { name: /incidents opened from/ }).first().waitFor();
      await look("overview");
      await page.getByText("Figures as a table").first().click();
      await page.getByRole("region", { name: "Figures: Opened, by what" }).waitFor();
      await look("overview-table");
      await page.getByRole("link", { name: "ServiceNow connector" }).first().click();
    });

    test("two who change the same connection hear of each other", async () => {
      await page.getByRole("link", { name: instance.origin }).click();
      const other = await open(browser, { javaScriptEnabled });
      await signIn(other.page, service.origin);
      await other.page.getByRole("link", { name: instance.origin }).click();
      const incidents = "ServiceNow Incident API URL";
      await other.page.getByLabel(incidents).fill("/api/now/v2/table/incident");
      await other.page.getByRole("button", { name: "Save" }).click();
      await says(other.page, "Saved.");
      await page.getByLabel(incidents).fill("/api/now/v1/table/incident");
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "somebody else has changed this connection");
      await look("connector-conflict");
      await page.getByRole("button", { name: "Save" }).click();
      await says(page, "Saved.");
      assert.deepEqual(other.problems, []);
      await other.context.close();
    });

    if (javaScriptEnabled) {
      test("what was changed is not left by accident", async () => {
        const save = page.getByRole("button", { name: "Save" });
        assert.equal(await save.isDisabled(), true);
        await page.getByLabel("ServiceNow Client appID").fill("s3cret");
        assert.equal(await save.isDisabled(), false);
        const asked = page.waitForEvent("dialog");
        const left = page.getByRole("link", { name: "ServiceNow connector" }).first().click();
        await (await asked).dismiss();
        await left;
        assert.equal(await page.getByLabel("ServiceNow Client appID").inputValue(), "s3cret");
        page.once("dialog", (dialog) => dialog.accept());
        await page.getByRole("link", { name: "Discard" }).click();
        await page.locator(`#app_id[value="${instance.clientId}"]`).waitFor();
      });
    }

    test("a connection is deleted", async () => {
      await page.getByRole("link", { name: "Delete" }).click();
      assert.equal(await heading(page), "Delete the connection?");
      await look("connector-delete");
      await page.getByRole("button", { name: "Delete" }).click();
      await says(page, "The connection is deleted.");
    });

    test("what was done is in the audit log", async () => {
      await page.getByRole("link", { name: "Audit log" }).click();
      await says(page, "Deleted a connection");
      await says(page, "Viewed the incidents of a person");
      await look("audit");
    });

    test("a page that is not there, and the way out", async () => {
      await page.goto(`${service.origin}/console/nowhere`);
      assert.equal(await heading(page), "There is no such page");
      await look("missing");
      await page.goto(`${service.origin}/console/connectors`);
      await page.locator("details.account summary").click();
      await look("menu");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await says(page, "You are signed out.");
      await page.goto(`${service.origin}/console/connectors`);
      assert.equal(await heading(page), "Sign in");
    });

    test("nothing went wrong meanwhile, and nothing was loaded from elsewhere", () => {
      assert.deepEqual(opened.problems, []);
    });
  });
}
