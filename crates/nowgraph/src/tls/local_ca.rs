//! A certificate authority for one machine: its certificate is given to clients once, and vouches
//! for nothing but the names of this server.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use model::Timestamp;
use odata::value::DateTimeOffset;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::pair::PairFiles;

/// File of the authority's certificate.
pub(crate) const CA_CERTIFICATE: &str = "ca.pem";
const CA_KEY: &str = "ca.key";
/// Key and certificate of the server in one file, so that they change as one.
const SERVER: &str = "server.pem";

const CA_YEARS: i32 = 10;
/// What Apple's systems accept at most is longer.
const LEAF_DAYS: i64 = 397;
const RENEW_DAYS: i64 = 30;
const DAY: i64 = 24 * 3600;

/// The authority with its key.
#[derive(Debug)]
pub(crate) struct LocalCa {
    folder: PathBuf,
    /// As PEM text.
    pub(crate) certificate: String,
    der: CertificateDer<'static>,
    key: KeyPair,
}

/// Why there is no local authority or no certificate of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalCaError {
    #[error("cannot use the folder {folder} for the local certificate authority")]
    Folder { folder: String, source: io::Error },
    #[error("{file} is not what the local certificate authority made")]
    Damaged { file: String },
    #[error(
        "the local certificate authority in {folder} cannot vouch for {names}; remove the folder \
         and a new one is made, which clients have to be told of"
    )]
    OtherNames { folder: String, names: String },
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
}

impl LocalCa {
    /// The authority in the folder; makes one that may vouch for these names if there is none.
    pub(crate) fn in_folder(
        folder: &Path,
        names: &[String],
        now: Timestamp,
    ) -> Result<Self, LocalCaError> {
        if !folder.join(CA_KEY).exists() {
            make(folder, names, now)?;
        }
        let read = |name| fs::read_to_string(folder.join(name)).map_err(|e| unusable(folder, e));
        let (certificate, key) = (read(CA_CERTIFICATE)?, read(CA_KEY)?);
        let damaged =
            |name| LocalCaError::Damaged { file: folder.join(name).display().to_string() };
        let der = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|_pem| damaged(CA_CERTIFICATE))?;
        let key = KeyPair::from_pem(&key).map_err(|_pem| damaged(CA_KEY))?;
        Ok(Self { folder: folder.to_owned(), certificate, der, key })
    }

    /// The file with a certificate of the server and its key. The one that is there is used while
    /// it is good for all names and not about to expire.
    pub(crate) fn leaf(&self, names: &[String], now: Timestamp) -> Result<PathBuf, LocalCaError> {
        let path = self.folder.join(SERVER);
        let pair = PairFiles { certificate: path.clone(), key: path.clone() };
        let is_good = |at| pair.read().is_ok_and(|pair| pair.is_good(&self.der, names, at));
        if is_good(later(now, RENEW_DAYS)) {
            return Ok(path);
        }
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(names)?;
        limit_life(&mut params, now, day(later(now, LEAF_DAYS - 1)));
        params.distinguished_name = named("nowgraph on this machine");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let authority = Issuer::new(authority(&[], now), &self.key);
        let certificate = params.signed_by(&key, &authority)?;
        let text = format!("{}{}", key.serialize_pem(), certificate.pem());
        write_whole(&path, &text).map_err(|error| unusable(&self.folder, error))?;
        if is_good(now) {
            return Ok(path);
        }
        fs::remove_file(&path).map_err(|error| unusable(&self.folder, error))?;
        let folder = self.folder.display().to_string();
        Err(LocalCaError::OtherNames { folder, names: names.join(", ") })
    }
}

/// Appears as a whole or not at all, and of two processes that make one the first is right.
fn make(folder: &Path, names: &[String], now: Timestamp) -> Result<(), LocalCaError> {
    let key = KeyPair::generate()?;
    let certificate = authority(names, now).self_signed(&key)?.pem();
    let write = || {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::create_dir_all(parent.unwrap_or(Path::new(".")))?;
        let new = folder.with_extension(format!("new.{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&new)?;
        write_new(&new.join(CA_KEY), &key.serialize_pem())?;
        write_new(&new.join(CA_CERTIFICATE), &certificate)?;
        let renamed = fs::rename(&new, folder);
        if renamed.is_err() {
            fs::remove_dir_all(&new)?;
        }
        if folder.join(CA_KEY).exists() { Ok(()) } else { renamed }
    };
    write().map_err(|error| unusable(folder, error))
}

/// What the authority is; its name and rights are the same in every certificate it signs.
fn authority(names: &[String], now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    limit_life(&mut params, now, (day(now).0.saturating_add(CA_YEARS), 1, 1));
    params.distinguished_name = named("nowgraph local certificate authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let permitted_subtrees = names.iter().map(|name| subtree(name)).collect();
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees, excluded_subtrees: vec![] });
    params
}

/// All of 127.0.0.0/8 is this machine.
fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(ip @ IpAddr::V4(four)) => {
            let prefix = if four.is_loopback() { 8 } else { 32 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, prefix))
        }
        Ok(ip @ IpAddr::V6(_)) => GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, 128)),
        Err(_name) => GeneralSubtree::DnsName(name.to_owned()),
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn later(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_unix_seconds(now.unix_seconds() + days * DAY).unwrap_or(now)
}

/// Year, month and day.
fn day(at: Timestamp) -> (i32, u8, u8) {
    let at = DateTimeOffset::from_ticks(at.ticks()).unwrap_or(DateTimeOffset::MIN);
    let small = |number| u8::try_from(number).unwrap_or(1);
    (i32::try_from(at.year()).unwrap_or(1970), small(at.month()), small(at.day()))
}

/// Both begin and end at midnight, UTC.
fn limit_life(params: &mut CertificateParams, now: Timestamp, end: (i32, u8, u8)) {
    let (year, month, of_month) = day(later(now, -1));
    params.not_before = date_time_ymd(year, month, of_month);
    let (year, month, of_month) = end;
    params.not_after = date_time_ymd(year, month, of_month);
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Replaces a file by another as a whole.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension(format!("new.{}", std::process::id()));
    if new.exists() {
        fs::remove_file(&new)?;
    }
    write_new(&new, text)?;
    fs::rename(&new, path)
}

fn unusable(folder: &Path, source: io::Error) -> LocalCaError {
    LocalCaError::Folder { folder: folder.display().to_string(), source }
}
