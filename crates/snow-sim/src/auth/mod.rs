//! Who asks: Basic, bearer tokens, API keys, and the endpoints that hand tokens out.

pub(crate) mod authorize;
mod jwt;
pub(crate) mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;

use crate::http::{Answer, Request};
use crate::instance::State;
use crate::random::Random;
use crate::settings::Settings;
use crate::world::World;

/// Clients, keys, and what was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) clients: Vec<Client>,
    /// Key and user name.
    pub(crate) api_keys: Vec<(String, String)>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) codes: Vec<Code>,
    pub(crate) tickets: Vec<Ticket>,
}

#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) redirects: Vec<String>,
    /// The user that client credentials stand for.
    pub(crate) user: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) user: String,
    pub(crate) access: String,
    pub(crate) ends: i64,
    pub(crate) refresh: Option<String>,
    pub(crate) refresh_ends: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) text: String,
    pub(crate) client: String,
    pub(crate) user: String,
    pub(crate) redirect: String,
    pub(crate) challenge: Option<String>,
    pub(crate) until: i64,
}

/// Somebody who signed in, and has not said yet whether the client may.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) text: String,
    pub(crate) user: String,
    /// What the client asked for when the page was shown.
    pub(crate) asked: Vec<(String, String)>,
    pub(crate) until: i64,
}

/// A person as the request sees him.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) zone: TimeZone,
    pub(crate) format: String,
}

pub(crate) const CLIENT: &str = "5eed0000c11e4f00a0000000000000c1";
pub(crate) const SECRET: &str = "snow-sim-secret";
pub(crate) const API_KEY: &str = "now_snow-sim-api-key";
pub(crate) const REDIRECT: &str = "http://127.0.0.1/callback";

impl Auth {
    pub(crate) fn new() -> Self {
        let admin = crate::seed::ADMINISTRATOR.to_owned();
        let client = Client {
            id: CLIENT.to_owned(),
            secret: SECRET.to_owned(),
            redirects: vec![REDIRECT.to_owned()],
            user: admin.clone(),
        };
        let api_keys = vec![(API_KEY.to_owned(), admin)];
        let (grants, codes, tickets) = (Vec::new(), Vec::new(), Vec::new());
        Self { clients: vec![client], api_keys, grants, codes, tickets }
    }
}

impl Session {
    pub(crate) fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|have| have == role)
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.has("admin")
    }
}

/// The session of the request, or 401.
pub(crate) fn session(state: &State, request: &Request) -> Result<Session, Answer> {
    let refused = || refused(&state.settings);
    let row = resolve(state, request).ok_or_else(refused)?;
    let world = &state.world;
    let table = world.table_named("sys_user").ok_or_else(refused)?;
    let or = |field: &str, default: &str| {
        Some(world.text(table, row, field).into_owned())
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| default.to_owned())
    };
    let zone = TimeZone::get(&or("time_zone", &state.settings.time_zone)).unwrap_or(TimeZone::UTC);
    let id = format!("{:032x}", world.table(table).id(row));
    let roles = roles(world, &id);
    if state.settings.rest_role && !roles.iter().any(|role| role == REST_ROLE) {
        return Err(refused());
    }
    if grant(state, request)
        .is_some_and(|grant| state.settings.scoped_clients.contains(&grant.client))
    {
        return Err(Answer::error(403, "Access to unscoped api is not allowed", None));
    }
    let format = or("date_format", &state.settings.date_format);
    Ok(Session { id, name: or("user_name", ""), roles, zone, format })
}

const REST_ROLE: &str = "snc_platform_rest_api_access";

pub(crate) fn refused(settings: &Settings) -> Answer {
    let detail = Some("Required to provide Auth information");
    let answer = Answer::error(401, &settings.unauthenticated, detail)
        .with("set-cookie", "glide_user=; Max-Age=0; Path=/; HttpOnly")
        .with("set-cookie", "glide_user_session=; Max-Age=0; Path=/; HttpOnly")
        .with("connection", "close");
    settings
        .challenges
        .iter()
        .fold(answer, |answer, scheme| answer.with("www-authenticate", scheme))
}

/// The living grant whose token a request bears.
fn grant<'a>(state: &'a State, request: &Request) -> Option<&'a Grant> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    let now = state.now();
    let live = |grant: &&Grant| grant.access == token.trim() && now < grant.ends;
    let bearer = scheme.eq_ignore_ascii_case("bearer");
    bearer.then(|| state.auth.grants.iter().find(live)).flatten()
}

/// The row of the user that the credentials of a request stand for.
pub(crate) fn resolve(state: &State, request: &Request) -> Option<u32> {
    let key = request
        .header("x-sn-apikey")
        .map(str::to_owned)
        .or_else(|| request.parameter("x-sn-apikey"));
    if let Some(key) = key {
        let (_, user) = state.auth.api_keys.iter().find(|(have, _)| *have == key)?;
        return sound_user(&state.world, user);
    }
    let (scheme, credentials) = request.header("authorization")?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => sound_user(&state.world, &grant(state, request)?.user),
        "basic" => basic(state, credentials.trim()),
        _ => None,
    }
}

fn basic(state: &State, credentials: &str) -> Option<u32> {
    let (user, password) = decode_basic(credentials)?;
    let row = with_password(&state.world, &user, &password)?;
    let table = state.world.table_named("sys_user")?;
    let id = format!("{:032x}", state.world.table(table).id(row));
    let allowed = !state.settings.basic_gate
        || state.world.text(table, row, "web_service_access_only") == "true"
        || roles(&state.world, &id).iter().any(|role| role == "snc_basic_auth_api_access");
    allowed.then_some(row)
}

fn decode_basic(credentials: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(credentials).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

/// An active user of this name.
pub(crate) fn sound_user(world: &World, name: &str) -> Option<u32> {
    let table = world.table_named("sys_user")?;
    let column = world.schema(table).column("user_name")?;
    let word = world.words.find(name)?;
    let row = *world.table(table).having(column, word)?.first()?;
    let sound = world.text(table, row, "active") == "true"
        && world.text(table, row, "locked_out") != "true";
    sound.then_some(row)
}

fn with_password(world: &World, user: &str, password: &str) -> Option<u32> {
    let table = world.table_named("sys_user")?;
    sound_user(world, user).filter(|row| world.text(table, *row, "user_password") == password)
}

fn roles(world: &World, user: &str) -> Vec<String> {
    let find = || {
        let table = world.table_named("sys_user_has_role")?;
        let column = world.schema(table).column("user")?;
        let rows = world.table(table).having(column, world.words.find(user)?)?;
        Some(rows.iter().map(|row| world.text(table, *row, "role").into_owned()).collect())
    };
    find().unwrap_or_default()
}

/// `GET /oauth_revoke_token.do?token=…`: whoever has the token may.
pub(crate) fn revoke(state: &mut State, request: &Request) -> Answer {
    let token = request.parameter("token").or_else(|| {
        request.form().into_iter().find(|(name, _)| name == "token").map(|(_, value)| value)
    });
    if let Some(token) = token {
        state
            .auth
            .grants
            .retain(|grant| grant.access != token && grant.refresh.as_ref() != Some(&token));
    }
    Answer::html(200, "")
}

/// Whether a text is of the length and the characters that RFC 7636, 4.1 and 4.2, has for verifiers
/// and challenges.
fn is_proof(text: &str) -> bool {
    let unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

/// 86 letters, digits, `-` and `_`.
fn opaque(random: &mut Random) -> String {
    const OF: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..86).filter_map(|_| random.pick(OF).map(|byte| char::from(*byte))).collect()
}
