use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use reqwest::header::HeaderMap;
use reqwest::tls::Version as TlsVersion;
use reqwest::{Certificate, Client, ClientBuilder, Version};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::http::CONNECTIONS;
use crate::program::{Running, WRITE, Workplace};

/// A client that trusts one authority.
pub(crate) struct Trusting(Certificate);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) version: Version,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Trusting {
    pub(crate) fn new(authority: &str) -> Self {
        Self(Certificate::from_pem(authority.as_bytes()).unwrap())
    }

    /// Nothing of the connection is left behind.
    pub(crate) fn get(
        &self,
        url: &str,
        token: &str,
        shape: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Answer> {
        let builder = Client::builder().tls_certs_only([self.0.clone()]);
        let client = shape(builder).build().unwrap();
        runtime().block_on(async {
            let answer = client.get(url).bearer_auth(token).send().await?;
            let (status, version) = (answer.status().as_u16(), answer.version());
            let headers = answer.headers().clone();
            Ok(Answer { status, version, headers, body: answer.bytes().await?.to_vec() })
        })
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn dev(workplace: &Workplace) -> Running {
    workplace.start(&["serve", "--tls-dev", "--listen", "127.0.0.1:0"])
}

#[test]
fn the_local_authority_vouches_for_the_server() {
    let workplace = Workplace::sqlite();
    let serve = dev(&workplace);
    assert_eq!(serve.scheme, "https");
    let client = Trusting::new(&workplace.stdout(&["ca", "export"]));
    let token = workplace.token(WRITE);
    let (_, port) = serve.address.rsplit_once(':').unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("https://{host}:{port}");
        let answer = client.get(&format!("{url}{CONNECTIONS}"), &token, |it| it).unwrap();
        assert_eq!((answer.status, answer.version), (200, Version::HTTP_2));
        assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
        let context = answer.json()["@odata.context"].as_str().unwrap().to_owned();
        assert!(context.starts_with(&format!("{url}/beta/$metadata#")), "{context}");
    }
    let url = format!("https://127.0.0.1:{port}{CONNECTIONS}");
    for version in [TlsVersion::TLS_1_2, TlsVersion::TLS_1_3] {
        let only = |it: ClientBuilder| it.tls_version_min(version).tls_version_max(version);
        let answer = client.get(&url, &token, |it| only(it).http1_only()).unwrap();
        assert_eq!((answer.status, answer.version), (200, Version::HTTP_11));
    }
}

#[test]
fn the_authority_stays_and_its_key_is_private() {
    let workplace = Workplace::sqlite();
    let before = workplace.stdout(&["ca", "export"]);
    assert!(before.starts_with("-----BEGIN CERTIFICATE-----"), "{before}");
    let token = || workplace.token(WRITE);
    for _ in 0..2 {
        let serve = dev(&workplace);
        let url = format!("https://{}{CONNECTIONS}", serve.address);
        assert_eq!(Trusting::new(&before).get(&url, &token(), |it| it).unwrap().status, 200);
        assert_eq!(workplace.stdout(&["ca", "export"]), before);
    }
    let folder = workplace.path().join("tls");
    for (file, mode) in [("", 0o700), ("ca.key", 0o600), ("server.pem", 0o600)] {
        let found = fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{file}");
    }
    let other = Workplace::sqlite();
    assert_ne!(other.stdout(&["ca", "export"]), before);
    let serve = dev(&workplace);
    let url = format!("https://{}{CONNECTIONS}", serve.address);
    let stranger = Trusting::new(&other.stdout(&["ca", "export"]));
    assert!(stranger.get(&url, &token(), |it| it).is_err());
}

#[test]
fn a_name_that_the_authority_was_not_made_for_is_told() {
    let mut workplace = Workplace::sqlite();
    workplace.stdout(&["ca", "export"]);
    workplace.set("NOWGRAPH_PUBLIC_URL", "https://graph.contoso.example");
    workplace.fails(
        &["serve", "--tls-dev", "--listen", "127.0.0.1:0"],
        1,
        "error: the local certificate authority in tls cannot vouch for localhost, 127.0.0.1, \
         ::1, graph.contoso.example; remove the folder and a new one is made, which clients have \
         to be told of\n",
    );
    fs::remove_dir_all(workplace.path().join("tls")).unwrap();
    assert_eq!(dev(&workplace).scheme, "https");
}

#[test]
fn two_starts_at_once_agree_on_one_authority() {
    let workplace = Workplace::sqlite();
    let exports: Vec<_> =
        (0..4).map(|_| workplace.command(&["ca", "export"]).spawn().unwrap()).collect();
    let exports = exports.into_iter().map(|export| export.wait_with_output().unwrap());
    let certificates: Vec<_> = exports.map(|export| export.stdout).collect();
    assert!(certificates[0].starts_with(b"-----BEGIN"));
    assert!(certificates.iter().all(|certificate| *certificate == certificates[0]));
    let names = fs::read_dir(workplace.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["tls"]);
}

/// Certificate and key that another workplace's authority made, and that authority.
fn pair() -> (String, String) {
    let workplace = Workplace::sqlite();
    drop(dev(&workplace));
    let pair = fs::read_to_string(workplace.path().join("tls/server.pem")).unwrap();
    (pair, workplace.stdout(&["ca", "export"]))
}

#[test]
fn a_certificate_is_replaced_while_connections_go_on() {
    let workplace = Workplace::sqlite();
    let ((old, old_ca), (new, new_ca)) = (pair(), pair());
    workplace.write("c.pem", &old, 0o600);
    let flags = ["--tls-certificate", "c.pem", "--tls-key", "c.pem"];
    let mut serve = workplace.start(&[&["serve", "--listen", "127.0.0.1:0"], &flags[..]].concat());
    let url = format!("https://{}{CONNECTIONS}", serve.address);
    let token = workplace.token(WRITE);
    let (old_ca, new_ca) = (Trusting::new(&old_ca), Trusting::new(&new_ca));
    let (kept, open) = (runtime(), Client::builder().tls_certs_only([old_ca.0.clone()]));
    let open = open.build().unwrap();
    let ask = || {
        let call = open.get(&url).bearer_auth(&token).send();
        kept.block_on(async { call.await.unwrap().bytes().await.unwrap() })
    };
    ask();
    workplace.write("c.pem", "no certificate", 0o600);
    serve.log_line("there is no certificate in c.pem");
    ask();
    assert!(old_ca.get(&url, &token, |it| it).is_ok());
    workplace.write("c.pem", &new, 0o600);
    serve.log_line("new connections use the certificate as it is now");
    ask();
    assert!(old_ca.get(&url, &token, |it| it).is_err());
    assert!(new_ca.get(&url, &token, |it| it).is_ok());
    serve.signal("HUP");
    serve.log_line("new connections use the certificate as it is now");
    // Nobody runs the client's side any more, so it would not notice the farewell.
    drop((open, kept));
    serve.signal("TERM");
    assert_eq!(serve.ended().code, Some(0));
}

#[test]
fn what_cannot_be_spoken_with_ends_the_start() {
    let workplace = Workplace::sqlite();
    let ((one, _), (other, _)) = (pair(), pair());
    workplace.write("one.pem", &one, 0o600);
    workplace.write("other.pem", &other, 0o600);
    workplace.write("empty.pem", "", 0o600);
    let check = |certificate: &str, key: &str, expect: &str| {
        let arguments = ["serve", "--tls-certificate", certificate, "--tls-key", key];
        workplace.fails(&arguments, 2, &format!("error: --tls-certificate: {expect}\n"));
    };
    check("none.pem", "one.pem", "cannot read none.pem: No such file or directory (os error 2)");
    check("empty.pem", "one.pem", "there is no certificate in empty.pem; it has to be PEM text");
    check(
        "one.pem",
        "empty.pem",
        "there is no private key in empty.pem; it has to be PEM text, not encrypted",
    );
    check(
        "one.pem",
        "other.pem",
        "the private key in other.pem is not that of the certificate in one.pem",
    );
    let said = workplace.run(&["serve", "--tls-dev", "--tls-key", "one.pem"]);
    assert_eq!(said.code, Some(2), "{said}");
    assert!(!workplace.path().join("nowgraph.db").exists());
}

#[test]
fn what_is_no_tls_ends_and_harms_nobody() {
    let workplace = Workplace::sqlite();
    let serve = dev(&workplace);
    for said in ["GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02", ""] {
        let mut stream = TcpStream::connect(&serve.address).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // A reset is an end, too.
        drop(stream.read_to_end(&mut answer));
        assert!(!answer.starts_with(b"HTTP"));
    }
    let client = Trusting::new(&workplace.stdout(&["ca", "export"]));
    let url = format!("https://{}/livez", serve.address);
    assert_eq!(client.get(&url, "", |it| it).unwrap().status, 200);
}

#[test]
fn what_cannot_be_read_within_tls_has_the_shape_of_graph() {
    let workplace = Workplace::sqlite();
    let serve = dev(&workplace);
    let client = Trusting::new(&workplace.stdout(&["ca", "export"]));
    let url = format!("https://{}/livez", serve.address);
    let check = |answer: Answer| {
        assert_eq!(answer.status, 431);
        assert_eq!(answer.json()["error"]["code"], "RequestHeaderFieldsTooLarge");
        assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
    };
    // The HTTP/1 server answers this one by itself.
    let headers = (0..120).map(|n| (format!("x-{n}").parse().unwrap(), "x".parse().unwrap()));
    let headers = headers.collect();
    check(client.get(&url, "", |it| it.http1_only().default_headers(headers)).unwrap());
    // HTTP/2 has a bound of its own beyond what is served, and answers without a body there.
    let long = |length: usize| {
        let header = ("x-long".parse().unwrap(), "x".repeat(length).parse().unwrap());
        let headers = HeaderMap::from_iter([header]);
        client.get(&url, "", |it| it.default_headers(headers)).unwrap()
    };
    assert_eq!((long(40_000).status, long(40_000).version), (200, Version::HTTP_2));
    check(long(70_000));
    assert_eq!((long(140_000).status, long(140_000).body.len()), (431, 0));
}

#[test]
fn the_demo_speaks_tls_and_its_request_works() {
    let workplace = Workplace::sqlite();
    let mut demo = workplace.start(&["demo", "--tls-dev", "--listen", "127.0.0.1:0"]);
    assert_eq!(demo.scheme, "https");
    let request = demo.stdout_line("curl -i --cacert '");
    let file = request.split('\'').nth(1).unwrap();
    let url = request.split('\'').find(|part| part.starts_with("https://")).unwrap();
    let token = request.split("Bearer ").nth(1).unwrap().split('\'').next().unwrap();
    let client = Trusting::new(&fs::read_to_string(file).unwrap());
    assert_eq!(client.get(url, token, |it| it).unwrap().status, 200);
    demo.signal("TERM");
    assert_eq!(demo.ended().code, Some(0));
    assert!(!Command::new("test").args(["-e", file]).status().unwrap().success());
}
