// A client that a generator made of `$metadata` compiles, and reads and writes connections.
// `cargo xtask test js` generates it, compiles it and runs this file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FetchClient } from "@odata2ts/http-client-fetch";
import { MicrosoftGraphService } from "./generated/graph/MicrosoftGraphService";

const headers = { Authorization: `Bearer ${process.env.NOWGRAPH_TOKEN}` };
const client = new FetchClient({ headers });
const graph = new MicrosoftGraphService(client, `${process.env.NOWGRAPH_URL}/beta`);
const connections = () => graph.deviceManagement().serviceNowConnections();

test("the generated client works", async () => {
  const created = await connections().create({
    instanceUrl: "https://typed.service-now.com",
    serviceNowConnectionStatus: "enabled",
  } as never);
  assert.equal(created.status, 201);
  const { id } = created.data;
  const read = await graph.deviceManagement().serviceNowConnections(id).query();
  assert.equal(read.data.instanceUrl, "https://typed.service-now.com");
  const found = await connections().query((builder, connection) =>
    builder
      .select("id", "instanceUrl")
      .filter(connection.instanceUrl.contains("typed"), connection.createdDateTime.ne(null))
      .orderBy(connection.id.asc())
      .count(),
  );
  assert.equal(found.data["@odata.count"], 1);
  assert.deepEqual(found.data.value.map((it) => it.id), [id]);
  await graph.deviceManagement().serviceNowConnections(id).patch({ instanceUrl: null });
  await graph.deviceManagement().serviceNowConnections(id).delete();
});
