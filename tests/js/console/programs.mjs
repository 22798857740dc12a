// The program under test, as a person would start it, with a simulated ServiceNow beside it.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.NOWGRAPH_BINARY;
// Node has no SQLite before version 22.
const SQLITE = `import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20)
connection.execute(sys.argv[2])
connection.commit()`;

// Starts a command that serves; answers when the line that `is_last` describes was printed.
const start = async (args, environment, isLast) => {
  const process = spawn(BINARY, args, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const lines = [];
  for await (const line of createInterface({ input: process.stdout })) {
    lines.push(line);
    if (isLast(line)) break;
  }
  process.stdout.resume();
  const stop = async () => {
    process.kill("SIGTERM");
    await once(process, "exit");
  };
  return { lines, stop };
};

const after = (lines, words) => lines.find((line) => line.startsWith(words))?.slice(words.length);

// A ServiceNow with the same incidents every time.
export const simulate = async () => {
  const args = ["simulate", "--listen", "127.0.0.1:0", "--incidents", "200", "--seed", "1"];
  const { lines, stop } = await start(args, {}, (line) => line.startsWith("control="));
  const [origin, clientId, clientSecret, user, password] = [
    "listening on ",
    "client_id=",
    "client_secret=",
    "user=",
    "password=",
  ].map((words) => after(lines, words));
  // Lets the instance send agents back to this address.
  const register = async (url) => {
    const client = { client_id: clientId, client_secret: clientSecret, user, redirect_uris: [url] };
    const answer = await fetch(`${origin}/_sim/clients`, { method: "POST", body: JSON.stringify(client) });
    if (!answer.ok) throw new Error(await answer.text());
  };
  // The user name of somebody who has an incident.
  const caller = async () => {
    const headers = { authorization: `Basic ${btoa(`${user}:${password}`)}` };
    const query = "sysparm_limit=1&sysparm_fields=caller_id.user_name&sysparm_query=caller_idISNOTEMPTY";
    const answer = await fetch(`${origin}/api/now/table/incident?${query}`, { headers });
    return (await answer.json()).result[0]["caller_id.user_name"];
  };
  return { stop, origin, clientId, clientSecret, user, password, register, caller };
};

// A service without any account, which may call that ServiceNow.
export const serve = async (instance, settings = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "nowgraph-console-"));
  const environment = {
    NOWGRAPH_EGRESS__PRIVATE: new URL(instance.origin).host,
    RUST_LOG: "warn",
    ...settings,
  };
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", folder];
  const hasAccounts = settings.NOWGRAPH_AUTH__MODE !== "oidc";
  const last = hasAccounts ? "make the first account at " : "console on ";
  const isLast = (line) => line.startsWith(last);
  const { lines, stop } = await start(args, environment, isLast);
  return {
    origin: after(lines, "listening on "),
    firstAccount: after(lines, "make the first account at "),
    // As if sessions had begun, or been used, so many seconds earlier.
    age: (seconds) => {
      for (const [column, many] of Object.entries(seconds)) {
        const change = `UPDATE session SET ${column} = ${column} - ${many} * 10000000`;
        execFileSync("python3", ["-c", SQLITE, join(folder, "nowgraph.db"), change]);
      }
    },
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
};
