//! Digests of related resources (VCDM 2.0 §5.3, V10): well formed, and right where it is known what stands at the URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::multibase;

/// A resource whose octets never change, and their digests in base64: SHA-256, SHA-384, SHA-512.
///
/// The three whose digests the specifications print (VCDM 2.0 B.1, Data Integrity 2.4.1). What is embedded here is the
/// same JSON in other octets, so it cannot be hashed for this.
const KNOWN: [(&str, [&str; 3]); 3] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        [
            "WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
            "l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
            "XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==",
        ],
    ),
    (
        "https://www.w3.org/2018/credentials/v1",
        [
            "q03dmlMXWIB6eaW0UFENYa6NFH6rlmzJogDAcJWwzcw=",
            "gsOz6rhjdUu/0rnxfY1tufYRafMBy/CwXh/EvrX1xR3U0uiIwnT0nD+7JAj2H67R",
            "U2pAs5DdqUqeORlsAAkPYmaOgYT+PIwCxKIshWZuaL9uhdPcfy26hbK2Lvldl94kEyVo2FBNtD8snILS6IQY0g==",
        ],
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        [
            "Z/IebjOmwU5cz9L8eGX3R0+3GgSvfpQTbLOZ36yK6PQ=",
            "DuLXYmcX+LB81Em1JdXitx/icgn8meUwieAWndKUTXk/7qRSb8YLucyhzZZRI5H2",
            "Oc16mkBHt0uFJGQP41Yz6B6ChtFL27fnfQ4I2FCwDWo1sBhdXeNcR5uu2yOheYnZ9iislVMf3XnAxaD2Mtn6lQ==",
        ],
    ),
];

/// A digest that is well formed: its algorithm's place in [`KNOWN`] and its octets, or an algorithm that is not known here.
enum Digest {
    Sha2(usize, Vec<u8>),
    Other,
}

/// What is wrong with the digests of `resource`, which stands at `url`: pointers within it and words.
pub(super) fn check(resource: &Value, url: Option<&str>) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    let members = ["digestSRI", "digestMultibase"].map(|name| resource.get(name));
    if members.iter().all(Option::is_none) {
        wrong.push(("", "needs a digestSRI or a digestMultibase"));
    }
    let [sri, multibase] = members;
    if let Some(value) = sri {
        let what = "must be such as sha384- and the digest in base64";
        wrong.extend(judge(read_sri(value), url, what).map(|what| ("/digestSRI", what)));
    }
    if let Some(value) = multibase {
        let what = "must be a multihash in multibase, such as one that begins with uEi";
        wrong
            .extend(judge(read_multibase(value), url, what).map(|what| ("/digestMultibase", what)));
    }
    wrong
}

fn judge(
    read: Option<Vec<Digest>>,
    url: Option<&str>,
    malformed: &'static str,
) -> Option<&'static str> {
    let Some(digests) = read else {
        return Some(malformed);
    };
    let (_, known) = KNOWN.iter().find(|(known, _)| Some(*known) == url)?;
    let fits = |digest: &Digest| match digest {
        Digest::Sha2(place, octets) => known
            .get(*place)
            .is_some_and(|wanted| *wanted == STANDARD.encode(octets)),
        Digest::Other => true,
    };
    (!digests.iter().all(fits)).then_some("is not the digest of what stands at that URL")
}

/// One digest or more of Subresource Integrity, apart by spaces.
fn read_sri(value: &Value) -> Option<Vec<Digest>> {
    let digest = |text: &str| {
        let (algorithm, rest) = text.split_once('-')?;
        let (place, length) = match algorithm {
            "sha256" => (0, 32),
            "sha384" => (1, 48),
            "sha512" => (2, 64),
            _ => return None,
        };
        let encoded = rest.split('?').next().unwrap_or_default();
        let octets = STANDARD.decode(encoded).ok()?;
        (octets.len() == length).then_some(Digest::Sha2(place, octets))
    };
    let digests: Option<Vec<Digest>> = value
        .as_str()?
        .split_ascii_whitespace()
        .map(digest)
        .collect();
    digests.filter(|digests| !digests.is_empty())
}

/// A multihash: its algorithm, its length, its octets.
fn read_multibase(value: &Value) -> Option<Vec<Digest>> {
    let text = value.as_str()?;
    let multihash = match text.as_bytes().first()? {
        b'u' => multibase::decode_base64url(text).ok()?,
        b'z' => match base58(text) {
            Some(octets) => octets,
            None => {
                let plain = text.bytes().all(|c| c.is_ascii_alphanumeric());
                return plain.then(|| vec![Digest::Other]);
            }
        },
        _ => return None,
    };
    let (place, length) = match multihash.as_slice() {
        [0x12, 32, ..] => (0, 32),
        [0x20, 48, ..] => (1, 48),
        [0x13, 64, ..] => (2, 64),
        [0x12 | 0x20 | 0x13, ..] | [] | [_] => return None,
        _ => return Some(vec![Digest::Other]),
    };
    let octets = multihash.get(2..)?;
    (octets.len() == length).then(|| vec![Digest::Sha2(place, octets.to_vec())])
}

fn base58(text: &str) -> Option<Vec<u8>> {
    let of_256 = || multibase::decode_base58::<34>(text).map(Vec::from);
    let of_384 = |_| multibase::decode_base58::<50>(text).map(Vec::from);
    let of_512 = |_| multibase::decode_base58::<66>(text).map(Vec::from);
    of_256().or_else(of_384).or_else(of_512).ok()
}
