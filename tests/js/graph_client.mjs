// Microsoft's JavaScript client against a running nowgraph over TLS: only base URL, hosts and
// credential differ. `cargo xtask test js` starts the server and runs this script. It reads
//
//     NOWGRAPH_URL, NOWGRAPH_TOKEN     the origin of the server, and a caller who may write
//     NODE_EXTRA_CA_CERTS              the authority of its certificate

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  GraphError,
  PageIterator,
} from "@microsoft/microsoft-graph-client";

const { NOWGRAPH_URL, NOWGRAPH_TOKEN } = process.env;
const COLLECTION = "/deviceManagement/serviceNowConnections";

const client = Client.init({
  baseUrl: `${NOWGRAPH_URL}/`,
  defaultVersion: "beta",
  customHosts: new Set([new URL(NOWGRAPH_URL).hostname]),
  authProvider: (done) => done(null, NOWGRAPH_TOKEN),
});

// As on the page of the documentation: the type without `#`.
const documented = (appId) => ({
  "@odata.type": "#microsoft.graph.serviceNowConnection",
  instanceUrl: "https://example.com/instanceUrl/",
  incidentApiUrl: "https://example.com/incidentApiUrl/",
  authenticationMethod: {
    "@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication",
    appId,
  },
  serviceNowConnectionStatus: "enabled",
  lastQueriedDateTime: "2017-01-01T00:00:30.0527314-08:00",
});

const create = (appId = "App Id value") => client.api(COLLECTION).post(documented(appId));
const all = async () => (await client.api(COLLECTION).get()).value;
const clear = async () => {
  for (const { id } of await all()) await client.api(`${COLLECTION}/${id}`).delete();
};

beforeEach(clear);
after(clear);

test("what is created can be read", async () => {
  const created = await create();
  assert.equal(
    created.authenticationMethod["@odata.type"],
    "#microsoft.graph.serviceNowOauthSecretAuthentication",
  );
  const read = await client.api(`${COLLECTION}/${created.id}`).get();
  assert.equal(read.authenticationMethod.appId, "App Id value");
  assert.equal(read.lastQueriedDateTime, "2017-01-01T08:00:30.0527314Z");
  assert.ok(!Number.isNaN(new Date(read.createdDateTime).valueOf()));
});

test("a filter, an order and a selection choose", async () => {
  for (const appId of ["a", "b", "c"]) await create(appId);
  const app = "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId";
  const found = await client
    .api(COLLECTION)
    .filter(`${app} ne 'b' and serviceNowConnectionStatus eq 'enabled'`)
    .orderby(`${app} desc`)
    .select(["id", "authenticationMethod"])
    .count(true)
    .get();
  assert.equal(found["@odata.count"], 2);
  assert.deepEqual(found.value.map((it) => it.authenticationMethod.appId), ["c", "a"]);
  assert.equal("instanceUrl" in found.value[0], false);
  assert.equal(await client.api(`${COLLECTION}/$count`).get(), "3");
});

test("pages are walked", async () => {
  const made = [];
  for (let n = 0; n < 5; n += 1) made.push((await create(`${n}`)).id);
  const first = await client.api(COLLECTION).top(2).get();
  assert.match(first["@odata.nextLink"], /^https:\/\//);
  const seen = [];
  await new PageIterator(client, first, (item) => seen.push(item.id)).iterate();
  assert.deepEqual(seen, made);
});

test("a change is answered, a deletion is one", async () => {
  const { id } = await create();
  const one = client.api(`${COLLECTION}/${id}`);
  const changed = await one.patch({ serviceNowConnectionStatus: "disabled" });
  assert.equal(changed.serviceNowConnectionStatus, "disabled");
  assert.equal(changed.instanceUrl, "https://example.com/instanceUrl/");
  await one.delete();
  assert.deepEqual(await all(), []);
});

test("a batch answers each request", async () => {
  const { id } = await create();
  const json = { "Content-Type": "application/json" };
  const request = (url, options) => new Request(`${NOWGRAPH_URL}/beta${url}`, options);
  const patch = request(`${COLLECTION}/${id}`, {
    method: "PATCH",
    headers: json,
    body: JSON.stringify({ serviceNowConnectionStatus: "disabled" }),
  });
  const content = await new BatchRequestContent([
    { id: "patch", request: patch },
    { id: "get", request: request(`${COLLECTION}/${id}`, {}), dependsOn: ["patch"] },
    { id: "gone", request: request(`${COLLECTION}/nobody`, {}), dependsOn: ["get"] },
    { id: "late", request: request(COLLECTION, {}), dependsOn: ["gone"] },
  ]).getContent();
  const answer = new BatchResponseContent(await client.api("/$batch").post(content));
  const status = (name) => answer.getResponseById(name).status;
  assert.deepEqual(["patch", "get", "gone", "late"].map(status), [200, 200, 404, 424]);
  assert.equal((await answer.getResponseById("get").json()).serviceNowConnectionStatus, "disabled");
});

test("an error has its code and the id of the request", async () => {
  const missing = client.api(`${COLLECTION}/00000000-0000-0000-0000-000000000000`).get();
  const error = await missing.then(assert.fail, (error) => error);
  assert.ok(error instanceof GraphError);
  assert.equal(error.statusCode, 404);
  assert.equal(error.code, "ResourceNotFound");
  assert.match(error.requestId, /^[0-9a-f-]{36}$/);
  assert.ok(!Number.isNaN(error.date.valueOf()));
});
