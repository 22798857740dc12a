//! No secret is said or written: of every kind of credential, whatever comes of it.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use crate::http::{Connection, call};
use crate::program::{Running, TENANT, WRITE, Workplace};
use crate::sync::Site;

/// All that anybody could look at, a letter for each byte: texts are quick to search without
/// optimisations too.
#[derive(Default)]
struct Seen(Vec<(String, String)>);

impl Seen {
    fn add(&mut self, place: &str, text: impl AsRef<[u8]>) {
        self.0.push((place.to_owned(), letters(text.as_ref())));
    }

    /// The database as it lies on disk, and whatever else the program made beside it. The key that
    /// seals has to lie somewhere.
    fn add_files(&mut self, workplace: &Workplace) {
        for entry in fs::read_dir(workplace.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name != "nowgraph.db.key" {
                self.add(&name, fs::read(path).unwrap());
            }
        }
    }

    fn has(&self, place: &str, text: &str) -> bool {
        self.0.iter().any(|(name, seen)| name == place && seen.contains(text))
    }

    fn has_none_of(&self, secrets: &[String]) {
        for (secret, form) in secrets.iter().flat_map(|secret| {
            assert!(secret.len() >= 8, "{secret:?} would be found by chance");
            forms(secret.as_bytes()).into_iter().map(move |form| (secret, form))
        }) {
            let form = letters(&form);
            for (place, text) in &self.0 {
                assert!(!text.contains(&form), "{secret:?} is in {place} as {form:?}");
            }
        }
    }
}

fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// How a secret may be written: as it is, in hexadecimal, in a URL, in JSON, in base64.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let digits = |byte: &u8| {
        [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
    };
    let hex: String = secret.iter().flat_map(digits).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    if let Ok(text) = str::from_utf8(secret) {
        let form = percent_encoded(secret);
        let escaped = json!(text).to_string();
        forms.extend(
            [form.clone(), form.replace("%20", "+"), escaped.trim_matches('"').into()]
                .map(String::into_bytes),
        );
    }
    // In base64 it depends on how many bytes come before; those at both ends share digits with
    // their neighbours.
    for before in 0..3 {
        let inner = [&b"xx"[..before], secret].concat();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let digits = engine.encode(&inner);
            let end = inner.len() / 3 * 4;
            let begin = if before == 0 { 0 } else { 4 };
            forms.push(digits.as_bytes()[begin..end].to_vec());
        }
    }
    forms
}

fn percent_encoded(text: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    let one = |byte: &u8| {
        if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.iter().map(one).collect()
}

#[test]
fn forms_are_found_where_they_are() {
    for (text, secret) in [
        ("Basic YWRhOmh1c2gtaHVzaC1odXNo", "hush-hush-hush"),
        ("Basic YWI6aHVzaC1odXNoLWh1c2g=", "hush-hush-hush"),
        ("secret=a%2Bb+c%26d-long&x", "a+b c&d-long"),
        ("secret=a%2Bb%20c%26d-long", "a+b c&d-long"),
        (r#"{"key":"one\ntwo-three"}"#, "one\ntwo-three"),
        ("687573682d68757368", "hush-hush"),
    ] {
        let found = forms(secret.as_bytes()).iter().any(|form| text.contains(&letters(form)));
        assert!(found, "{secret:?} in {text}");
    }
}

/// What the simulated instance gives to who asks with the same secrets: the same tokens.
fn tokens(simulator: &Running, form: &str) -> Vec<String> {
    let mut connection = Connection::open(&simulator.address);
    let head = "POST /oauth_token.do HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    connection.write(&format!("{head}Content-Length: {}\r\n\r\n{form}", form.len())).unwrap();
    let answer = connection.read().unwrap().expect(200).json();
    let tokens = ["access_token", "refresh_token"].map(|name| answer[name].as_str());
    tokens.into_iter().flatten().map(ToOwned::to_owned).collect()
}

/// What the program is to keep to itself.
struct Known {
    client_secret: String,
    user: String,
    password: String,
    api_key: String,
    private_key: String,
    /// Access tokens and refresh tokens.
    issued: Vec<String>,
}

/// One that is known nowhere, and that has to be escaped everywhere.
const WRONG: &str = "hush+wrong/\"secret\" & 1^2 ä=";

impl Known {
    fn of(site: &mut Site) -> Self {
        let mut told = |name: &str| site.simulator.stdout_line(name).replace(name, "");
        let (user, password, api_key) = (told("user="), told("password="), told("api_key="));
        let known = snow_sim::Simulator::CREDENTIALS;
        let client_secret = known.client_secret.to_owned();
        let common = format!("client_id={}&client_secret={client_secret}", known.client_id);
        let person = format!("{common}&grant_type=password&username={user}&password={password}");
        let mut issued = tokens(&site.simulator, &person);
        issued.extend(tokens(&site.simulator, &format!("{common}&grant_type=client_credentials")));
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let private_key = pair.serialize_pem();
        Self { client_secret, user, password, api_key, private_key, issued }
    }

    /// Of every kind one that signs in and one that does not.
    fn credentials(&self) -> Vec<(Value, bool)> {
        let Self { client_secret, user, password, api_key, private_key, .. } = self;
        let refresh_token = &self.issued[1];
        vec![
            (json!({"kind": "clientCredentials", "clientSecret": client_secret}), true),
            (json!({"kind": "clientCredentials", "clientSecret": WRONG}), false),
            (
                json!({"kind": "password", "clientSecret": client_secret, "userName": user,
                    "password": password}),
                true,
            ),
            (
                json!({"kind": "password", "clientSecret": client_secret, "userName": user,
                    "password": WRONG}),
                false,
            ),
            (
                json!({"kind": "refreshToken", "clientSecret": client_secret,
                    "refreshToken": refresh_token}),
                true,
            ),
            (
                json!({"kind": "refreshToken", "clientSecret": client_secret,
                    "refreshToken": WRONG}),
                false,
            ),
            (
                json!({"kind": "jwtBearer", "clientSecret": client_secret, "keyId": "k",
                    "subject": user, "privateKey": private_key}),
                false,
            ),
            (json!({"kind": "apiKey", "apiKey": api_key}), true),
            (json!({"kind": "apiKey", "apiKey": format!("{WRONG}\u{7}")}), false),
            (json!({"kind": "basic", "userName": user, "password": password}), true),
            (json!({"kind": "basic", "userName": user, "password": WRONG}), false),
        ]
    }

    fn secrets(self) -> Vec<String> {
        let Self { client_secret, password, api_key, private_key, issued, .. } = self;
        let mut secrets = vec![client_secret, password, api_key, WRONG.to_owned()];
        secrets.extend(issued);
        secrets.extend(private_key.lines().filter(|line| line.len() == 64).map(Into::into));
        secrets
    }
}

/// Sets a credential, and has everything done with it that can be.
fn exercise(
    (site, server): (&Site, &mut Running),
    (bearer, user): (&str, &str),
    (credential, is_good): (&Value, bool),
    seen: &mut Seen,
) {
    let kind = credential["kind"].as_str().unwrap();
    let path = format!("/connector/v1/connections/{}/", site.id);
    let address = server.address.clone();
    let mut ask = |line: &str, body: &str| {
        let answer = call(&address, &line.replace("C/", &path), bearer, body);
        seen.add(&format!("{line} of {kind}"), answer.body.clone());
        answer
    };
    let put = ask("PUT C/credential", &credential.to_string());
    if put.status != 204 {
        // A control character is in no key.
        assert_eq!((put.status, is_good), (400, false), "{}", put.body);
        return;
    }
    ask("GET C/credential", "").expect(200);
    let test = ask("POST C/test", "").expect(200).json();
    assert_eq!(test["status"] == "failed", !is_good, "{kind}: {test}");
    ask("POST C/sync", "").expect(202);
    server.log_line(if is_good { "a pass ended" } else { "a pass failed" });
    for line in ["GET C/runs", "GET C/health", "GET /connector/v1/auditEvents?$top=5"] {
        ask(line, "");
    }
    let sync = site.connection("sync", &[]);
    assert_eq!(sync.code == Some(0), is_good, "{kind}: {sync}");
    let people = ["incidents", "--user", user, "--tenant", TENANT];
    let (test, people) = (site.connection("test", &[]), site.workplace.run(&people));
    for said in [sync, test, people, site.connection("health", &[])] {
        seen.add(&format!("what a command says of {kind}"), said.to_string());
    }
    seen.add_files(&site.workplace);
}

#[test]
fn no_secret_is_said_or_written_whatever_comes_of_it() {
    let mut site = Site::with_incidents(Workplace::sqlite(), "5");
    let known = Known::of(&mut site);
    let bearer = site.workplace.token(WRITE);
    site.workplace.set("RUST_LOG", "trace");
    site.workplace.set("NOWGRAPH_CREDENTIALS__BASIC", "true");
    site.workplace.set("NOWGRAPH_SYNC__INTERVAL", "1h");
    let mut server = site.workplace.start(&["serve", "--listen", "127.0.0.1:0"]);
    let mut seen = Seen::default();
    for (credential, is_good) in known.credentials() {
        let who = (bearer.as_str(), known.user.as_str());
        exercise((&site, &mut server), who, (&credential, is_good), &mut seen);
    }
    server.signal("TERM");
    seen.add("the log of the server", server.ended().to_string());
    let rotated = site.workplace.run(&["keys", "rotate"]);
    seen.add("what a rotation says", rotated.to_string());
    let backup = site.workplace.run(&["backup", "backup.db"]);
    seen.add("what a backup says", backup.to_string());
    seen.add_files(&site.workplace);

    let master = fs::read_to_string(site.workplace.path().join("nowgraph.db.key")).unwrap();
    let further = [bearer, master.trim().to_owned()];
    seen.has_none_of(&[known.secrets().as_slice(), &further].concat());
    // What is looked at is what was said and written.
    for place in ["nowgraph.db", "backup.db", "the log of the server", "GET C/runs of apiKey"] {
        assert!(seen.has(place, &site.id), "{place}");
    }
    assert!(seen.has("the log of the server", "\"level\":\"TRACE\""));
}
