use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use connector::{Network, StepStatus, TestReport, TestStatus, Trial, Trouble, test};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use servicenow::{ClientCertificate, Credential, OAuthClient, PrivateCa, Proxy};
use snow_sim::Simulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::site;

/// An instance with a certificate of a private authority.
struct Hard {
    sim: Simulator,
    pair: String,
    ca: PrivateCa,
    /// What it takes of its callers.
    certificate: ClientCertificate,
}

async fn hard(wants_certificate: bool) -> Hard {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &issuer).unwrap(), key.serialize_pem())
    };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if wants_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (server, key) = issue("127.0.0.1");
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let config = builder.with_single_cert(vec![server.der().clone()], key).unwrap();
    let sim = site::start_with(20, Some(Arc::new(config))).await;
    let (client, key) = issue("nowgraph");
    Hard {
        pair: sim.address().to_string(),
        ca: PrivateCa::from_pem(&authority.pem()).unwrap(),
        certificate: ClientCertificate::from_pem(&(client.pem() + &key).into()).unwrap(),
        sim,
    }
}

impl Hard {
    fn trusting(&self) -> Network {
        Network { private_ca: Some(self.ca.clone()), ..Network::default() }
    }

    /// Tries it, where these pairs are listed beside it.
    async fn test(&self, network: Network, listed: &[&str]) -> TestReport {
        let door = site::door_to(&[&[self.pair.as_str()], listed].concat(), network);
        try_through(&door, &self.pair).await
    }
}

async fn try_through(door: &connector::Door, pair: &str) -> TestReport {
    let site = site::leading_to(&format!("https://{pair}"), "/api/now/table/incident", &[]);
    let known = Simulator::CREDENTIALS;
    let (id, secret) = (known.client_id.to_owned(), Some(known.client_secret.into()));
    let credential = Credential::ClientCredentials { client: OAuthClient { id, secret } };
    let session = door.session(site.as_ref().unwrap(), credential, site::keep_nothing());
    let session = session.map_err(|error| Trouble::of_client(&error));
    let (filter, now) = ("".parse().unwrap(), SystemTime::UNIX_EPOCH + site::STANDS_AT);
    let trial = Trial { door, site, session, filter, page_size: 10, now };
    test(&trial, &mut |_| {}).await
}

#[track_caller]
fn failed(report: &TestReport, step: &str, words: &[&str]) {
    let odd = report.steps.iter().find(|step| step.status != StepStatus::Passed).unwrap();
    assert_eq!((odd.name.name(), odd.status), (step, StepStatus::Failed), "{report:#?}");
    let text = format!("{} {}", odd.message, odd.hint.as_deref().unwrap_or_default());
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}

#[track_caller]
fn passed(report: &TestReport) {
    assert_eq!(report.status, TestStatus::Passed, "{report:#?}");
    assert_eq!(report.matched, Some(20));
}

#[tokio::test]
async fn a_private_authority_has_to_be_named() {
    let hard = hard(false).await;
    let report = hard.test(Network::default(), &[]).await;
    failed(&report, "tls", &["No secure connection to 127.0.0.1", "egress.ca_file"]);
    assert!(hard.sim.log().is_empty());
    passed(&hard.test(hard.trusting(), &[]).await);
}

#[tokio::test]
async fn an_instance_may_want_a_certificate() {
    let hard = hard(true).await;
    let report = hard.test(hard.trusting(), &[]).await;
    failed(&report, "tls", &["egress.client_certificate_file", "egress.client_key_file"]);
    assert!(hard.sim.log().is_empty());
    let client_certificate = Some(hard.certificate.clone());
    passed(&hard.test(Network { client_certificate, ..hard.trusting() }, &[]).await);
}

/// A proxy that lets `ann` with `hunter2` through, and notes what it was asked.
struct CountingProxy {
    pair: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl CountingProxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pair = listener.local_addr().unwrap().to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, Arc::clone(&noted)));
            }
        });
        Self { pair, asked }
    }

    fn network(&self, way: &Network, who: &str) -> Network {
        let proxy = Proxy::parse(&format!("http://{who}{}", self.pair)).unwrap();
        Network { proxy: Some(proxy), ..way.clone() }
    }
}

/// Whoever connects without asking, as the test of the port does, gets nothing.
async fn relay(mut client: TcpStream, noted: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let first = head.lines().next().unwrap_or_default().to_owned();
    let to = first.split(' ').nth(1).and_then(|to| to.parse::<SocketAddr>().ok());
    noted.lock().unwrap().push(first);
    if !head.contains("proxy-authorization: basic yw5uomh1bnrlcji=") {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await;
    }
    let Some(to) = to else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await;
    };
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut server = TcpStream::connect(to).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

#[tokio::test]
async fn everything_goes_through_the_proxy() {
    let hard = hard(false).await;
    let proxy = CountingProxy::start().await;
    let through = |who: &str| proxy.network(&hard.trusting(), who);
    let report = hard.test(through("ann:hunter2@"), &[&proxy.pair]).await;
    passed(&report);
    assert!(report.steps[1].message.contains("is looked up by the proxy 127.0.0.1"), "{report:#?}");
    let asked = std::mem::take(&mut *proxy.asked.lock().unwrap());
    assert!(!asked.is_empty());
    assert!(
        asked.iter().all(|line| *line == format!("connect {} http/1.1", hard.pair)),
        "{asked:?}"
    );
    let report = hard.test(through(""), &[&proxy.pair]).await;
    failed(&report, "tls", &["proxy authorization required", "egress.proxy_password_file"]);
    let wrong = hard.test(through("ann:wrong@"), &[&proxy.pair]).await;
    failed(&wrong, "tls", &["proxy authorization required"]);
    assert_eq!(proxy.asked.lock().unwrap().len(), 2);
}

/// The proxy may be no way around the policy, and neither the policy around the proxy.
#[tokio::test]
async fn both_the_proxy_and_the_instance_are_judged() {
    let hard = hard(false).await;
    let proxy = CountingProxy::start().await;
    let network = proxy.network(&hard.trusting(), "ann:hunter2@");
    failed(&hard.test(network.clone(), &[]).await, "resolve", &["egress.private"]);
    let door = site::door_to(&[&proxy.pair], network.clone());
    failed(&try_through(&door, &hard.pair).await, "policy", &["egress.allow"]);
    failed(&try_through(&door, "contoso.example").await, "policy", &["egress.allow"]);
    assert!(proxy.asked.lock().unwrap().is_empty());
    let door = site::door_to(&[&proxy.pair, "contoso.example:443"], network);
    failed(&try_through(&door, "contoso.example").await, "tls", &["through the proxy", "CONNECT"]);
    assert_eq!(*proxy.asked.lock().unwrap(), ["connect contoso.example:443 http/1.1"]);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let hard = hard(false).await;
    // Bound, so that nobody else gets the port, but not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let pair = socket.local_addr().unwrap().to_string();
    let proxy = Some(Proxy::parse(&format!("http://{pair}")).unwrap());
    let report = hard.test(Network { proxy, ..hard.trusting() }, &[&pair]).await;
    failed(&report, "connect", &["the proxy", "egress.proxy"]);
    assert!(hard.sim.log().is_empty());
}
