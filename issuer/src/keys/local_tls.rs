//! TLS without the internet: an authority of this house's own, made for one certificate and thrown away.
//!
//! Telephones and browsers of the venue are told to trust the authority. Its key signs the server's certificate and is then
//! forgotten, so that nobody, not even whoever has this folder, can make another certificate that they would trust.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cheti_shared::ids::Digest;
use cheti_shared::time::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::{read_private, write_new};

/// How long it serves: less than the 398 days that browsers allow a server's certificate.
const DAYS: i64 = 397;
const AUTHORITY: &str = "authority.pem";
const SERVER: &str = "server.pem";
const KEY: &str = "server-key.pem";

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum LocalTlsError {
    /// A file cannot be read or written.
    #[error("{path} could not be {action}")]
    Io {
        /// The file.
        path: PathBuf,
        /// "read" or "written".
        action: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The name of no host.
    #[error("\"{0}\" is neither the name of a host nor an address")]
    Host(String),
    /// A certificate cannot be made.
    #[error("a certificate could not be made")]
    Make(#[from] rcgen::Error),
    /// What lies in the folder is no certificate and key.
    #[error(
        "the certificate in {path} cannot be used: {detail}; make another with `cheti-issuer local-tls`"
    )]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

/// What the console is served with.
#[derive(Clone, Debug)]
pub struct LocalTls {
    /// Of the server.
    pub config: Arc<ServerConfig>,
    /// The authority's certificate, DER, for telephones to trust.
    pub authority: Vec<u8>,
}

/// The SHA-256 of an authority's certificate as telephones show it: pairs of digits.
pub fn fingerprint(authority: &[u8]) -> String {
    let octets = *Digest::of(authority).octets();
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    pairs.join(":")
}

/// Make authority and certificate for these hosts in `folder`, in the place of earlier ones; the authority's certificate.
pub fn make(folder: &Path, hosts: &[String], now: Timestamp) -> Result<Vec<u8>, LocalTlsError> {
    let mut names = Vec::new();
    for host in hosts {
        names.push(match host.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => {
                let name = host.as_str().try_into();
                let wrong = |_| LocalTlsError::Host(host.chars().take(80).collect());
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
                match !host.is_empty() && host.chars().all(plain) {
                    true => SanType::DnsName(name.map_err(wrong)?),
                    false => return Err(wrong(rcgen::Error::CouldNotParseCertificate)),
                }
            }
        });
    }
    let from = rcgen_time(now.plus_seconds(-86_400));
    let until = rcgen_time(now.plus_seconds(DAYS * 86_400));

    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let day = now.to_string();
    let day = day.get(..10).unwrap_or_default();
    let name = format!("Cheti, this desk alone ({day})");
    authority.distinguished_name.push(DnType::CommonName, name);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (authority.not_before, authority.not_after) = (from, until);
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;

    let mut server = CertificateParams::default();
    server.subject_alt_names = names;
    server.distinguished_name.push(DnType::CommonName, "Cheti");
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    (server.not_before, server.not_after) = (from, until);
    let server_key = KeyPair::generate()?;
    let issuer = Issuer::new(authority, authority_key);
    let server_certificate = server.signed_by(&server_key, &issuer)?;

    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| LocalTlsError::Io {
            path: path.clone(),
            action: "written",
            source,
        }
    };
    fs::create_dir_all(folder).map_err(io(folder))?;
    for (file, text) in [
        (KEY, server_key.serialize_pem()),
        (SERVER, server_certificate.pem()),
        (AUTHORITY, authority_certificate.pem()),
    ] {
        let path = folder.join(file);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(&path)(error)),
            _ => {}
        }
        let written = write_new(&path, text.as_bytes());
        written.map_err(|error| io(&path)(io::Error::other(error.to_string())))?;
    }
    Ok(authority_certificate.der().to_vec())
}

/// The certificate in `folder`; none where none was made.
pub fn open(folder: &Path) -> Result<Option<LocalTls>, LocalTlsError> {
    if !folder.join(SERVER).exists() {
        return Ok(None);
    }
    let unusable = |detail: String| LocalTlsError::Unusable {
        path: folder.to_owned(),
        detail,
    };
    let certificate = |file: &str| {
        let found = CertificateDer::from_pem_file(folder.join(file));
        found.map_err(|error| unusable(error.to_string()))
    };
    let (authority, server) = (certificate(AUTHORITY)?, certificate(SERVER)?);
    let key = read_private(&folder.join(KEY)).map_err(|error| unusable(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes());
    let key = key.map_err(|error| unusable(error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![server], key)
        })
        .map_err(|error| unusable(error.to_string()))?;
    Ok(Some(LocalTls {
        config: Arc::new(config),
        authority: authority.to_vec(),
    }))
}

/// A moment as the certificate's maker takes it.
fn rcgen_time(at: Timestamp) -> time::OffsetDateTime {
    let at = time::OffsetDateTime::from_unix_timestamp(at.unix());
    at.unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn now() -> Timestamp {
        "2026-10-20T06:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_certificate_is_made_kept_private_and_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("tls");
        assert!(open(&folder).unwrap().is_none());
        let hosts = ["desk.local".to_owned(), "192.168.8.10".to_owned()];
        let first = make(&folder, &hosts, now()).unwrap();
        let mode = fs::metadata(folder.join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
        assert_eq!(open(&folder).unwrap().unwrap().authority, first);
        let second = make(&folder, &hosts, now()).unwrap();
        assert_ne!(first, second);
        assert_eq!(open(&folder).unwrap().unwrap().authority, second);
        // The authority's key is nowhere: three files, one key, the server's.
        let files = fs::read_dir(&folder).unwrap();
        let keys = files.filter(|file| {
            let text = fs::read_to_string(file.as_ref().unwrap().path()).unwrap();
            text.contains("PRIVATE KEY")
        });
        assert_eq!(keys.count(), 1);
        fs::write(folder.join(SERVER), "nothing").unwrap();
        assert!(matches!(open(&folder), Err(LocalTlsError::Unusable { .. })));
    }

    #[test]
    fn hosts_that_are_none_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for host in [
            "",
            "desk local",
            "https://desk.local",
            "desk.local:7003",
            "*.local",
        ] {
            let refused = make(dir.path(), &[host.to_owned()], now());
            assert!(matches!(refused, Err(LocalTlsError::Host(_))), "{host}");
        }
    }

    #[test]
    fn fingerprints_are_pairs_of_digits() {
        let told = fingerprint(b"");
        assert!(
            told.starts_with("E3:B0:C4:42:") && told.len() == 95,
            "{told}"
        );
    }
}
