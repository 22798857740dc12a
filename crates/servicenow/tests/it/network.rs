use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use servicenow::{
    Client, ClientCertificate, Failure, Instance, Outgoing, PrivateCa, Proxy, ThroughProxy,
    TlsFault,
};
use snow_sim::{Simulator, Size};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::site::{self, Resolver};

/// An instance that only speaks to who shows a certificate of its authority.
struct Guarded {
    sim: Simulator,
    ca: String,
    client: String,
}

async fn guarded() -> Guarded {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &issuer).unwrap(), key)
    };
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let (server, key) = issue("contoso.example");
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![server.der().clone()], key)
        .unwrap();
    let size = Size { incidents: 3, users: 50, seed: 1 };
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let tls = Some(Arc::new(config));
    let sim = Simulator::start(nowhere, &size, tls, Box::new(|| 0)).await.unwrap();
    let (certificate, key) = issue("nowgraph");
    let client = certificate.pem() + &key.serialize_pem();
    Guarded { sim, ca: authority.pem(), client }
}

async fn ask(host: &str, port: u16, outgoing: &Outgoing) -> Result<usize, Failure> {
    let instance = Instance::parse(&format!("https://{host}:{port}"), |_| false).unwrap();
    let client = Client::new(instance, outgoing).unwrap();
    let mut page = client.page(&site::admin(), &site::incidents(10)).await?;
    Ok(site::read(&mut page).await?.len())
}

#[tokio::test]
async fn both_sides_show_certificates_of_a_private_authority() {
    let site = guarded().await;
    let port = site.sim.address().port();
    let with = |ca: bool, certificate: bool| {
        let client = ClientCertificate::from_pem(&site.client.as_str().into()).unwrap();
        Outgoing {
            private_ca: ca.then(|| PrivateCa::from_pem(&site.ca).unwrap()),
            client_certificate: certificate.then_some(client),
            ..site::outgoing(&Arc::default())
        }
    };
    let failure = ask("contoso.example", port, &with(false, true)).await.unwrap_err();
    assert!(
        matches!(failure, Failure::Tls { fault: TlsFault::UnknownAuthority, .. }),
        "{failure:?}"
    );
    // The name is not in the certificate.
    let failure = ask("fabrikam.example", port, &with(true, true)).await.unwrap_err();
    assert!(matches!(failure, Failure::Tls { fault: TlsFault::OtherHost, .. }), "{failure:?}");
    let failure = ask("contoso.example", port, &with(true, false)).await.unwrap_err();
    assert!(
        matches!(failure, Failure::Tls { fault: TlsFault::CertificateWanted, .. }),
        "{failure:?}"
    );
    assert!(site.sim.log().is_empty());
    assert_eq!(ask("contoso.example", port, &with(true, true)).await.unwrap(), 3);
    assert!(!format!("{:?}", with(true, true)).contains("PRIVATE"));
}

/// Takes `CONNECT`, notes what it was sent, and passes everything on to the address.
async fn proxy(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, heads) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
    let noted = Arc::clone(&heads);
    tokio::spawn(async move {
        loop {
            let (mut here, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(here.read_u8().await.unwrap());
            }
            noted.lock().unwrap().push(String::from_utf8(head).unwrap());
            here.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut there = TcpStream::connect(to).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut here, &mut there).await });
        }
    });
    (address, heads)
}

#[tokio::test]
async fn calls_go_through_the_proxy_and_the_proxy_is_shown_to_the_resolver() {
    let site = guarded().await;
    let (address, heads) = proxy(site.sim.address()).await;
    let outgoing = |instance: &Arc<Resolver>, resolver: &Arc<Resolver>, host: &str| {
        let url = format!("http://ann:hunter2@{host}:{}", address.port());
        let proxy = Proxy::parse(&url).unwrap();
        let resolver = Arc::clone(resolver) as _;
        Outgoing {
            private_ca: Some(PrivateCa::from_pem(&site.ca).unwrap()),
            client_certificate: Some(
                ClientCertificate::from_pem(&site.client.as_str().into()).unwrap(),
            ),
            proxy: Some(ThroughProxy { proxy, resolver }),
            ..site::outgoing(instance)
        }
    };
    let refusing = |host| Arc::new(Resolver { refused: vec![host], ..Resolver::default() });
    for host in ["127.0.0.1", "proxy.example"] {
        let (instance, resolver) = (Arc::<Resolver>::default(), Arc::<Resolver>::default());
        let way = outgoing(&instance, &resolver, host);
        assert_eq!(ask("contoso.example", 443, &way).await.unwrap(), 3);
        assert_eq!(*resolver.asked.lock().unwrap(), [host]);
        assert_eq!(*instance.asked.lock().unwrap(), ["contoso.example"]);
        let head = heads.lock().unwrap().pop().unwrap();
        assert!(head.starts_with("CONNECT contoso.example:443 HTTP/1.1\r\n"), "{head}");
        assert!(
            head.to_lowercase().contains("proxy-authorization: basic yw5uomh1bnrlcji="),
            "{head}"
        );
        assert!(!head.contains("x-sn-apikey") && !head.contains("\r\nauthorization"), "{head}");
        let way = outgoing(&Arc::default(), &refusing(host), host);
        let failure = ask("contoso.example", 443, &way).await.unwrap_err();
        assert!(matches!(failure, Failure::NotAdmitted(_)), "{failure:?}");
    }
    assert!(heads.lock().unwrap().is_empty());
    // The instance is judged here, although it is the proxy that would connect.
    for host in ["10.0.0.1", "fabrikam.example"] {
        let way = outgoing(&refusing(host), &Arc::default(), "proxy.example");
        let failure = ask(host, 443, &way).await.unwrap_err();
        assert!(matches!(failure, Failure::NotAdmitted(_)), "{failure:?}");
    }
    assert!(heads.lock().unwrap().is_empty());
}
