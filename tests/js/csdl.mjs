// Every `$metadata` against the schemas of OASIS, and against its tools that read either form: those of
// a running nowgraph, and that of the model that the tests of the API serve, which is kept as a
// snapshot. `cargo xtask test js` starts the server and runs this script. It reads
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

const MODELS = ["beta", "connector/v1", "shop"];
const models = {};

const served = async (path) => {
  const metadata = (format) => fetch(`${NOWGRAPH_URL}/${path}/$metadata?$format=${format}`);
  return { xml: await (await metadata("xml")).text(), json: await (await metadata("json")).json() };
};

// What follows the header of the snapshot.
const snapshot = async (name) => {
  const file = new URL(`../../crates/api/tests/it/shop/snapshots/it__shop__claims__${name}.snap`, import.meta.url);
  return (await readFile(file, "utf8")).split("\n---\n").slice(1).join("\n---\n");
};

before(async () => {
  models["beta"] = await served("beta");
  models["connector/v1"] = await served("connector/v1");
  models["shop"] = { xml: await snapshot("shop_xml"), json: JSON.parse(await snapshot("shop_json")) };
});

const lint = async (contents) =>
  validateXML({
    xml: [{ fileName: "metadata.xml", contents }],
    schema: [{ fileName: "edmx.xsd", contents: await schema("edmx.xsd") }],
    preload: [{ fileName: "edm.xsd", contents: await schema("edm.xsd") }],
  });

for (const model of MODELS) {
  test(`the XML of ${model} is valid by edmx.xsd`, async () => {
    const { xml } = models[model];
    assert.deepEqual((await lint(xml)).errors, []);
    const damaged = xml.replace("<EntityType ", "<EntityTypo ").replace("</EntityType>", "</EntityTypo>");
    assert.equal((await lint(damaged)).valid, false);
  });

  test(`the JSON of ${model} is valid by csdl.schema.json`, async () => {
    const { json } = models[model];
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats(ajv);
    const validate = ajv.compile(JSON.parse(await schema("csdl.schema.json")));
    validate(json);
    assert.deepEqual(validate.errors ?? [], []);
    assert.equal(validate({ ...json, $Version: 4 }), false);
  });

  test(`the XML of ${model} converts to the JSON`, () => {
    // The JSON spells aliases out. XML without a precision means whole seconds, which Microsoft's own
    // metadata says too although its values are finer; JSON without one means any.
    const spelledOut = (key, value) => {
      if (key === "$Precision" && value === 0) return undefined;
      return typeof value === "string" ? value.replace(/^graph\./, "microsoft.graph.") : value;
    };
    const { xml, json } = models[model];
    const converted = JSON.parse(JSON.stringify(xml2json(xml)), spelledOut);
    assert.deepEqual(json, { ...converted, $Version: json.$Version });
  });
}

for (const [model, path, expect] of [
  ["beta", "/deviceManagement/serviceNowConnections", ["get", "post"]],
  ["connector/v1", "/incidents", ["get"]],
  ["shop", "/products", ["get"]],
]) {
  test(`the JSON of ${model} converts to OpenAPI`, () => {
    const { paths } = csdl2openapi(models[model].json, {});
    const operations = Object.keys(paths[path] ?? {});
    assert.deepEqual(operations.filter((name) => name !== "parameters"), expect);
  });
}
