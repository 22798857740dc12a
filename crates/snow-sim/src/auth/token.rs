use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Client, Code, Grant, decode_basic, is_proof, jwt, opaque, sound_user, with_password};
use crate::http::{Answer, Request};
use crate::instance::State;

/// `POST /oauth_token.do`.
pub(crate) fn answer(state: &mut State, request: &Request) -> Answer {
    let kind = request.header("content-type").unwrap_or("").to_ascii_lowercase();
    if request.method != "POST" || !kind.starts_with("application/x-www-form-urlencoded") {
        return denied();
    }
    let asked = Asked::of(request);
    // Parameters in the address are none.
    let Some(grant) = asked.field("grant_type") else { return denied() };
    if !KNOWN.contains(&grant.as_str()) {
        let body = json!({"error": "unsupported_grant_type", "error_description": "unsupported grant type"});
        return Answer::json(400, &body);
    }
    let enabled = state.settings.grants.contains(&grant) && !closed(state, &grant);
    let Some(granted) = enabled.then(|| asked.granted(state, &grant)).flatten() else {
        return denied();
    };
    issue(state, &granted)
}

pub(crate) const KNOWN: [&str; 5] = [
    "password",
    "refresh_token",
    "authorization_code",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
];

/// Whether a property of the instance closes the grant.
fn closed(state: &State, grant: &str) -> bool {
    let world = &state.world;
    let Some(properties) = world.table_named("sys_properties") else { return false };
    let text = |row, field| world.text(properties, row, field);
    grant == "client_credentials"
        && world
            .table(properties)
            .rows()
            .any(|row| text(row, "name") == PROPERTY && text(row, "value") == "false")
}

const PROPERTY: &str = "glide.oauth.inbound.client.credential.grant_type.enabled";

/// What almost every fault is called.
fn denied() -> Answer {
    Answer::json(401, &json!({"error_description": "access_denied", "error": "server_error"}))
}

struct Asked {
    form: Vec<(String, String)>,
    header: Option<(String, String)>,
}

struct Granted {
    client: String,
    user: String,
    refresh: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let header = request.header("authorization").and_then(|text| text.split_once(' '));
        let basic = header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let header = basic.and_then(|(_, credentials)| decode_basic(credentials.trim()));
        Self { form: request.form(), header }
    }

    fn field(&self, name: &str) -> Option<String> {
        let found = self.form.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// The client, and whether it showed its secret.
    fn client(&self, state: &State) -> Option<(Client, bool)> {
        let (id, secret) = match &self.header {
            Some((id, secret)) => (id.clone(), Some(secret.clone())),
            None => (self.field("client_id")?, self.field("client_secret")),
        };
        let client = state.auth.clients.iter().find(|client| client.id == id)?.clone();
        match secret {
            Some(secret) if secret != client.secret => None,
            // A public client has no secret to show.
            secret => Some((client, secret.is_some_and(|secret| !secret.is_empty()))),
        }
    }

    fn granted(&self, state: &mut State, grant: &str) -> Option<Granted> {
        let (client, proven) = self.client(state)?;
        let now = state.now();
        let (user, refresh) = match grant {
            "authorization_code" => self.by_code(state, &client, proven)?,
            // A public client refreshes by the token alone: RFC 6749, 6.
            "refresh_token" if !proven && !client.secret.is_empty() => return None,
            _ if !proven && grant != "refresh_token" => return None,
            "password" => {
                let user = self.field("username")?;
                let row = with_password(&state.world, &user, &self.field("password")?)?;
                let table = state.world.table_named("sys_user")?;
                let for_services =
                    state.world.text(table, row, "web_service_access_only") == "true";
                (!for_services).then_some((user, true))?
            }
            "refresh_token" => {
                let token = self.field("refresh_token")?;
                let live = |grant: &&Grant| {
                    grant.refresh.as_ref() == Some(&token)
                        && now < grant.refresh_ends
                        && grant.client == client.id
                };
                (state.auth.grants.iter().find(live)?.user.clone(), true)
            }
            "client_credentials" => (client.user.clone(), false),
            _ => (jwt::subject(&self.field("assertion")?, &client.id, &client.secret, now)?, false),
        };
        sound_user(&state.world, &user)?;
        Some(Granted { client: client.id, user, refresh })
    }

    /// A code is good once, even where it is then refused.
    fn by_code(&self, state: &mut State, client: &Client, proven: bool) -> Option<(String, bool)> {
        let code = self.field("code")?;
        let at = state.auth.codes.iter().position(|have| have.text == code)?;
        let code: Code = state.auth.codes.remove(at);
        let verified = match (&code.challenge, self.field("code_verifier")) {
            (Some(challenge), Some(verifier)) => {
                is_proof(&verifier)
                    && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
            }
            (Some(_), None) => false,
            (None, _) => proven,
        };
        let sound = verified
            && state.now() < code.until
            && code.client == client.id
            && self.field("redirect_uri").as_ref() == Some(&code.redirect);
        sound.then_some((code.user, proven || state.settings.refresh_for_public))
    }
}

/// Tokens that live are handed out again, with a later end.
fn issue(state: &mut State, granted: &Granted) -> Answer {
    let now = state.now();
    let (lives, refresh_lives) = (state.settings.access_seconds, state.settings.refresh_seconds);
    let same = |grant: &Grant| grant.client == granted.client && grant.user == granted.user;
    let known = state.auth.grants.iter().position(same);
    let mut grant = match known {
        Some(at) => state.auth.grants.remove(at),
        None => Grant {
            client: granted.client.clone(),
            user: granted.user.clone(),
            access: String::new(),
            ends: 0,
            refresh: None,
            refresh_ends: 0,
        },
    };
    if grant.ends <= now {
        grant.access = opaque(&mut state.random);
    }
    grant.ends = now.saturating_add(lives);
    let rotate = state.settings.rotate_refresh || grant.refresh_ends <= now;
    if granted.refresh && (grant.refresh.is_none() || rotate) {
        grant.refresh = Some(opaque(&mut state.random));
        grant.refresh_ends = now.saturating_add(refresh_lives);
    }
    let mut body = json!({
        "access_token": grant.access,
        "scope": "useraccount",
        "token_type": "Bearer",
        "expires_in": lives.saturating_sub(1),
    });
    if let (true, Some(refresh), Some(members)) =
        (granted.refresh, &grant.refresh, body.as_object_mut())
    {
        members.insert("refresh_token".to_owned(), json!(refresh));
    }
    state.auth.grants.push(grant);
    Answer::json(200, &body).with("cache-control", "no-store").with("pragma", "no-cache")
}
