// servicenow-rest-api, a client of ServiceNow that others wrote, against the simulated instance
// over TLS, which is all that it speaks. `cargo xtask test snow` starts the instance and runs this
// script. It reads
//
//     SNOW_TLS_URL            the origin of the instance
//     NODE_EXTRA_CA_CERTS     the authority of its certificate

import assert from "node:assert/strict";
import { test } from "node:test";
import ServiceNow from "servicenow-rest-api";

const { SNOW_TLS_URL } = process.env;
const INCIDENTS = 2500;
const client = new ServiceNow(new URL(SNOW_TLS_URL).host, "admin", "snow-sim");

// It prints what it asks for.
console.log = () => {};

const call = (method, ...given) =>
  new Promise((resolve, reject) =>
    client[method](...given, (said) => (said instanceof Error ? reject(said) : resolve(said))),
  );
const read = (fields, filters) => call("getTableData", fields, filters, "incident");

const plain = async (query) => {
  const address = `${SNOW_TLS_URL}/api/now/table/incident?sysparm_limit=100000&${query}`;
  const answer = await fetch(address, { headers: { "x-sn-apikey": "now_snow-sim-api-key" } });
  return (await answer.json()).result;
};

test("everything is read", async () => {
  const rows = await read(["sys_id", "number", "short_description", "state"], []);
  assert.equal(rows.length, INCIDENTS);
  assert.equal(new Set(rows.map((row) => row.sys_id)).size, INCIDENTS);
  assert.deepEqual(
    rows,
    await plain("sysparm_fields=sys_id,number,short_description,state&sysparm_display_value=true"),
  );
});

test("filters agree with those of this script", async () => {
  const world = await plain(
    "sysparm_fields=sys_id,number,state,priority,category,short_description,opened_at",
  );
  const questions = [
    [["state=2"], (row) => row.state === "2"],
    [["priority=1", "state=8"], (row) => row.priority === "1" && row.state === "8"],
    [["category=network", "ORcategory=database", "priority<3"], (row) =>
      ["network", "database"].includes(row.category) && row.priority < 3],
    [["short_descriptionLIKEvpn"], (row) => row.short_description.toLowerCase().includes("vpn")],
    [["opened_at>2026-03-01 00:00:00"], (row) => row.opened_at > "2026-03-01 00:00:00"],
    [["number=INC0000000"], () => false],
  ];
  for (const [filters, question] of questions) {
    const found = (await read(["sys_id"], filters)).map((row) => row.sys_id).sort();
    const expected = world.filter(question).map((row) => row.sys_id).sort();
    assert.deepEqual(found, expected, filters.join("^"));
  }
});

test("a task is made, changed and deleted", async () => {
  const made = await call("createNewTask", { short_description: "npm", state: "In Progress" }, "incident");
  assert.deepEqual([made.short_description, made.state], ["npm", "In Progress"]);
  const changed = await call("UpdateTask", "incident", made.number, { urgency: "1 - High" });
  assert.equal(changed.urgency, "1 - High");
  const gone = await call("DeleteTask", "incident", made.number);
  assert.equal(gone.status, 204);
  assert.deepEqual(await read([], [`number=${made.number}`]), []);
});
