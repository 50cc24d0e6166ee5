//! An identity provider on this machine, which can lie in every way.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cheti_shared::key::{SecretKey, Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::HOST;
use crate::openid::{OpenIdProvider, Settings};

pub(super) const CLIENT: &str = "cheti";

/// How the provider lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    None,
    Nonce,
    Audience,
    MoreAudiences,
    Issuer,
    Expired,
    OtherKey,
    NoAlgorithm,
    SecretAlgorithm,
    NoToken,
    AccessTokenHash,
    Endless,
    Elsewhere,
    Broken,
}

struct Inside {
    lie: Lie,
    now: i64,
    subject: String,
    nonce: String,
    challenge: String,
}

/// A provider, and what the last browser brought it.
pub(super) struct Provider {
    address: SocketAddr,
    inside: Mutex<Inside>,
}

fn signer() -> SecretKey {
    SecretKey::from_seed(&[77; 32])
}

fn packed(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl Provider {
    pub(super) async fn start(now: i64) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = Inside {
            lie: Lie::None,
            now,
            subject: "jane-at-the-ministry".to_owned(),
            nonce: String::new(),
            challenge: String::new(),
        };
        let provider = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            inside: Mutex::new(inside),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn client(&self) -> OpenIdProvider {
        OpenIdProvider::new(Settings {
            name: "Ministry of ICT".to_owned(),
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Some("known to both of us".to_owned().into()),
            redirect: format!("https://{HOST}/openid/return"),
            authority: None,
        })
        .unwrap()
    }

    pub(super) fn lies(&self, lie: Lie) {
        self.inside.lock().unwrap().lie = lie;
    }

    pub(super) fn is(&self, subject: &str) {
        subject.clone_into(&mut self.inside.lock().unwrap().subject);
    }

    /// What a browser does that is sent here and signs in: the path that it is sent back to.
    pub(super) fn visit(&self, address: &str) -> String {
        let uri: Uri = address.parse().unwrap();
        assert_eq!(uri.path(), "/authorize");
        let asked: Vec<(String, String)> = axum::extract::Query::try_from_uri(&uri)
            .map(|query| query.0)
            .unwrap();
        let find = |name: &str| {
            let mut pairs = asked.iter().filter(|(key, _)| key == name);
            let value = pairs
                .next()
                .unwrap_or_else(|| panic!("{name} in {address}"));
            assert!(pairs.next().is_none(), "{name} once");
            value.1.clone()
        };
        assert_eq!(find("response_type"), "code");
        assert_eq!(find("client_id"), CLIENT);
        assert_eq!(find("code_challenge_method"), "S256");
        assert_eq!(find("scope"), "openid");
        assert_eq!(
            find("redirect_uri"),
            format!("https://{HOST}/openid/return")
        );
        let mut inside = self.inside.lock().unwrap();
        inside.nonce = find("nonce");
        inside.challenge = find("code_challenge");
        format!("/openid/return?state={}&code=c0de", find("state"))
    }
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Response {
    let at = provider.issuer();
    let document = json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    });
    axum::Json(document).into_response()
}

async fn keys() -> Response {
    let x = URL_SAFE_NO_PAD.encode(signer().public_key().octets());
    let key =
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "1", "x": x});
    axum::Json(json!({ "keys": [key] })).into_response()
}

async fn token(
    State(provider): State<Arc<Provider>>,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Response {
    let form = String::from_utf8(body.to_vec()).unwrap();
    let form: Vec<_> = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let find = |name: &str| {
        form.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| *value)
    };
    let inside = provider.inside.lock().unwrap();
    let verifier = find("code_verifier").expect("a verifier (RFC 7636)");
    let expected = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let basic = STANDARD.encode(format!("{CLIENT}:known+to+both+of+us"));
    let authorized = headers[header::AUTHORIZATION] == format!("Basic {basic}");
    if expected != inside.challenge || find("code") != Some("c0de") || !authorized {
        let refused = axum::Json(json!({"error": "invalid_grant"}));
        return (StatusCode::BAD_REQUEST, refused).into_response();
    }
    let lie = inside.lie;
    let mut header = json!({"alg": "EdDSA", "kid": "1"});
    let mut claims = json!({
        "iss": provider.issuer(),
        "sub": inside.subject,
        "aud": CLIENT,
        "iat": inside.now,
        "exp": inside.now + 300,
        "nonce": inside.nonce,
    });
    match lie {
        Lie::Nonce => claims["nonce"] = json!("another"),
        Lie::Audience => claims["aud"] = json!("another"),
        Lie::MoreAudiences => claims["aud"] = json!([CLIENT, "another"]),
        Lie::Issuer => claims["iss"] = json!("https://login.evil.example"),
        Lie::Expired => claims["exp"] = json!(inside.now - 1),
        Lie::NoAlgorithm => header["alg"] = json!("none"),
        Lie::SecretAlgorithm => header["alg"] = json!("HS256"),
        Lie::AccessTokenHash => claims["at_hash"] = json!(URL_SAFE_NO_PAD.encode([1; 32])),
        Lie::Elsewhere => {
            let place = [(header::LOCATION, format!("{}/token2", provider.issuer()))];
            return (StatusCode::TEMPORARY_REDIRECT, place).into_response();
        }
        Lie::Endless => return "x".repeat(2 << 20).into_response(),
        Lie::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Lie::None | Lie::OtherKey | Lie::NoToken => {}
    }
    let signed = format!("{}.{}", packed(&header), packed(&claims));
    let key = match lie {
        Lie::OtherKey => SecretKey::from_seed(&[78; 32]),
        _ => signer(),
    };
    let signature = match lie {
        Lie::NoAlgorithm => String::new(),
        Lie::SecretAlgorithm => {
            URL_SAFE_NO_PAD.encode(hmac(b"known to both of us", signed.as_bytes()))
        }
        _ => URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).0),
    };
    let mut answer = json!({"access_token": "t0ken", "token_type": "Bearer", "expires_in": 300});
    if lie != Lie::NoToken {
        answer["id_token"] = json!(format!("{signed}.{signature}"));
    }
    axum::Json(answer).into_response()
}

/// HMAC with SHA-256 (RFC 2104), of a key that is shorter than a block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (octet, key) in block.iter_mut().zip(key) {
            *octet ^= key;
        }
        block
    };
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(text)
        .finalize();
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    outer.to_vec()
}
