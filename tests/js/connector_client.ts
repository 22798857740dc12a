// A client that a generator made of the model of /connector/v1 compiles, and reads incidents that were
// fetched from a simulated instance. `cargo xtask test js` generates it, compiles it and runs this file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FetchClient } from "@odata2ts/http-client-fetch";
import { NowgraphService } from "./generated/connector/NowgraphService";

const headers = { Authorization: `Bearer ${process.env.NOWGRAPH_INCIDENTS_TOKEN}` };
const client = new FetchClient({ headers });
const connector = new NowgraphService(client, `${process.env.NOWGRAPH_URL}/connector/v1`);

test("incidents are read, one and many", async () => {
  const found = await connector.incidents().query((builder, incident) =>
    builder
      .select("connectionId", "sysId", "number", "active", "openedDateTime")
      .filter(incident.active.eq(true), incident.number.startsWith("INC"))
      .orderBy(incident.openedDateTime.desc(), incident.number.asc())
      .top(5)
      .count(),
  );
  const rows = found.data.value;
  assert.equal(rows.length, 5);
  assert.ok(Number(found.data["@odata.count"]) > 5);
  const opened = rows.map((row) => row.openedDateTime ?? "");
  assert.deepEqual(opened, [...opened].sort().reverse());

  const { connectionId, sysId, number } = rows[0];
  const one = await connector.incidents({ connectionId, sysId }).query();
  assert.equal(one.data.number, number);
  assert.equal(typeof one.data.shortDescription, "string");
  assert.match(one.data.webUrl ?? "", /^http:\/\/127\.0\.0\.1:\d+\//);
});

test("connections have the passes that fetched them", async () => {
  const connections = await connector.connections().query((builder) => builder.expand("runs"));
  const connection = connections.data.value.find((it) => it.runs?.length);
  assert.ok(connection?.runs);
  assert.ok(connection.runs.some((run) => run.status === "succeeded"));
  const runs = await connector.connections(connection.id).runs().query();
  assert.equal(runs.data.value.length, connection.runs.length);
});
