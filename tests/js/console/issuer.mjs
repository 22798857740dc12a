// An OpenID Connect issuer with one person, which asks whether they want to sign in.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const issue = async (clientId, person) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" };
  const attempts = new Map();
  let origin;

  const token = (nonce) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: origin, aud: clientId, nonce, iat: now, exp: now + 60, ...person };
    const message = `${encode({ alg: "RS256", kid: "1" })}.${encode(claims)}`;
    return `${message}.${sign("sha256", Buffer.from(message), privateKey).toString("base64url")}`;
  };

  const routes = {
    "/.well-known/openid-configuration": () => ({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/keys`,
      end_session_endpoint: `${origin}/bye`,
      token_endpoint_auth_methods_supported: ["client_secret_post"],
    }),
    "/bye": (query) => {
      if (query.get("client_id") !== clientId) return { error: "invalid_request" };
      return `<!doctype html><html lang="en"><title>Issuer</title>
        <a href="${query.get("post_logout_redirect_uri")}">Back</a>`;
    },
    "/keys": () => ({ keys: [jwk] }),
    "/authorize": (query) => {
      const code = randomBytes(16).toString("hex");
      attempts.set(code, query);
      const back = (answer) => `${query.get("redirect_uri")}?${new URLSearchParams(answer)}`;
      const state = query.get("state");
      return `<!doctype html><html lang="en"><title>Issuer</title>
        <a href="${back({ code, state })}">Continue</a>
        <a href="${back({ error: "access_denied", state })}">Cancel</a>`;
    },
    "/token": (_query, form) => {
      const asked = attempts.get(form.get("code"));
      attempts.delete(form.get("code"));
      const challenge = createHash("sha256").update(form.get("code_verifier")).digest("base64url");
      const isRight =
        asked?.get("code_challenge") === challenge &&
        asked.get("redirect_uri") === form.get("redirect_uri") &&
        asked.get("client_id") === clientId &&
        form.get("client_id") === clientId;
      return isRight ? { id_token: token(asked.get("nonce")) } : { error: "invalid_grant" };
    },
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, origin);
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = routes[url.pathname]?.(url.searchParams, new URLSearchParams(body));
    const isPage = typeof answer === "string";
    response.statusCode = answer === undefined ? 404 : answer.error ? 400 : 200;
    response.setHeader("content-type", isPage ? "text/html" : "application/json");
    response.end(isPage ? answer : JSON.stringify(answer ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, stop: () => server.close() };
};
