// `$metadata` of a running nowgraph against the schemas of OASIS, and against its tools that read
// either form. `cargo xtask test js` starts the server and runs this script. It reads
//
//     NOWGRAPH_URL             the origin of the server
//     NODE_EXTRA_CA_CERTS      the authority of its certificate

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { xml2json } from "odata-csdl";
import { csdl2openapi } from "odata-openapi";
import { validateXML } from "xmllint-wasm";

const { NOWGRAPH_URL } = process.env;
const require = createRequire(import.meta.url);
const schema = (name) => readFile(require.resolve(`odata-csdl/schemas/${name}`), "utf8");

let xml, json;

before(async () => {
  const metadata = (format) => fetch(`${NOWGRAPH_URL}/beta/$metadata?$format=${format}`);
  xml = await (await metadata("xml")).text();
  json = await (await metadata("json")).json();
});

const lint = async (contents) =>
  validateXML({
    xml: [{ fileName: "metadata.xml", contents }],
    schema: [{ fileName: "edmx.xsd", contents: await schema("edmx.xsd") }],
    preload: [{ fileName: "edm.xsd", contents: await schema("edm.xsd") }],
  });

test("the XML is valid by edmx.xsd", async () => {
  assert.deepEqual((await lint(xml)).errors, []);
  const damaged = xml.replace("<EntityType ", "<EntityTypo ").replace("</EntityType>", "</EntityTypo>");
  assert.equal((await lint(damaged)).valid, false);
});

test("the JSON is valid by csdl.schema.json", async () => {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  const validate = ajv.compile(JSON.parse(await schema("csdl.schema.json")));
  validate(json);
  assert.deepEqual(validate.errors ?? [], []);
  assert.equal(validate({ ...json, $Version: 4 }), false);
});

test("the XML converts to the JSON", () => {
  // The JSON spells aliases out. XML without a precision means whole seconds, which Microsoft's own
  // metadata says too although its values are finer; JSON without one means any.
  const spelledOut = (key, value) => {
    if (key === "$Precision") return undefined;
    return typeof value === "string" ? value.replace(/^graph\./, "microsoft.graph.") : value;
  };
  const converted = JSON.parse(JSON.stringify(xml2json(xml)), spelledOut);
  assert.deepEqual(json, { ...converted, $Version: json.$Version });
});

test("the JSON converts to OpenAPI", () => {
  const { paths } = csdl2openapi(json, {});
  const operations = Object.keys(paths["/deviceManagement/serviceNowConnections"] ?? {});
  assert.deepEqual(operations.filter((name) => name !== "parameters"), ["get", "post"]);
});
