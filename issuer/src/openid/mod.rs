//! Sign-in by an identity provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636), the provider found by its
//! discovery document. What the protocol demands is the library's; here is how the provider is reached, and what is not
//! taken from it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cheti_shared::time::Timestamp;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use ureq::http::Request;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use zeroize::Zeroizing;

use crate::app::ports::identity::{BadProvider, Begun, IdentityError, IdentityProvider};
use crate::domain::account::Identity;

/// How long the provider is waited for, in seconds.
const PATIENCE_SECONDS: u64 = 10;
/// No answer of a provider is longer.
const ANSWER_OCTETS: u64 = 1 << 20;
/// How long a discovery document is believed, in seconds.
const FOUND_SECONDS: i64 = 300;

/// How the provider signs: with keys that it publishes, never with the secret that both know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Which provider, and as what it knows this house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its name, as officers read it.
    pub name: String,
    /// Its issuer identifier: an https URL, or http on this machine itself.
    pub issuer: String,
    /// What it calls this console.
    pub client_id: String,
    /// What proves to it that this console asks; none for a public client.
    pub client_secret: Option<Zeroizing<String>>,
    /// Where it sends browsers back to: the console's own address with `/openid/return`.
    pub redirect: String,
    /// A PEM file with the authority of its certificate; without it, the internet's usual ones.
    pub authority: Option<PathBuf>,
}

/// A provider reached over https.
pub struct OpenIdProvider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    agent: ureq::Agent,
    found: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

impl OpenIdProvider {
    /// The provider of these settings. Nobody is asked yet.
    pub fn new(settings: Settings) -> Result<Self, BadProvider> {
        let bad = |key, wanted: &str| BadProvider::Setting {
            key,
            wanted: wanted.to_owned(),
        };
        const URL: &str = "must be an https URL, or http on this machine itself";
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| bad("issuer", URL))?;
        let redirect =
            RedirectUrl::new(settings.redirect.clone()).map_err(|_| bad("redirect", URL))?;
        for (key, url) in [("issuer", issuer.url()), ("redirect", redirect.url())] {
            let plain = url.scheme() == "http" && is_here(url.host_str());
            if url.scheme() != "https" && !plain {
                return Err(bad(key, URL));
            }
        }
        if redirect.url().path() != "/openid/return" {
            return Err(bad("redirect", "must end in /openid/return, with no query"));
        }
        let mut tls = TlsConfig::builder();
        if let Some(path) = &settings.authority {
            let unreadable = |why: String| bad("authority_file", &format!("cannot be used: {why}"));
            let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
            let mut certificates = Vec::new();
            for item in parse_pem(&pem) {
                match item.map_err(|error| unreadable(error.to_string()))? {
                    PemItem::Certificate(certificate) => certificates.push(certificate),
                    _ => {
                        return Err(unreadable(
                            "it holds something else than certificates".into(),
                        ));
                    }
                }
            }
            if certificates.is_empty() {
                return Err(unreadable("there is no certificate in it".into()));
            }
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
        }
        let agent = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .https_only(issuer.url().scheme() == "https")
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(PATIENCE_SECONDS)))
            .max_redirects(0)
            .max_redirects_will_error(true)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent(concat!("cheti-issuer/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self {
            settings,
            issuer,
            redirect,
            agent,
            found: Mutex::default(),
        })
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = request.into_parts();
        let response = match body.is_empty() {
            true => self.agent.run(Request::from_parts(parts, ())),
            false => self.agent.run(Request::from_parts(parts, body)),
        }?;
        let (parts, mut body) = response.into_parts();
        let octets = body.with_config().limit(ANSWER_OCTETS).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, octets))
    }

    fn discover(&self, now: Timestamp) -> Result<CoreProviderMetadata, IdentityError> {
        let found = CoreProviderMetadata::discover(&self.issuer, &|request| self.ask(request));
        let found = found.map_err(|error| IdentityError::Unreachable(chain(&error)))?;
        let mut kept = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((now, found.clone()));
        Ok(found)
    }

    /// What was found lately: whoever only begins does not make the provider be asked each time.
    fn found(&self, now: Timestamp) -> Result<CoreProviderMetadata, IdentityError> {
        let kept = self
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match kept {
            Some((at, found)) if (0..FOUND_SECONDS).contains(&now.seconds_since(at)) => Ok(found),
            _ => self.discover(now),
        }
    }

    fn client(&self, found: CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.to_string()));
        let id = ClientId::new(self.settings.client_id.clone());
        CoreClient::from_provider_metadata(found, id, secret)
            .set_redirect_uri(self.redirect.clone())
    }
}

impl IdentityProvider for OpenIdProvider {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn address(&self, begun: &Begun, now: Timestamp) -> Result<String, IdentityError> {
        let client = self.client(self.found(now)?);
        let verifier = PkceCodeVerifier::new(begun.verifier.clone());
        let (state, nonce) = (begun.state.clone(), begun.nonce.clone());
        let (address, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.to_string())
    }

    fn who(&self, begun: &Begun, code: &str, now: Timestamp) -> Result<Identity, IdentityError> {
        // The keys are asked for anew: a provider may have changed them since.
        let client = self.client(self.discover(now)?);
        let unreachable = |why: String| IdentityError::Unreachable(why);
        let refused = |why: String| IdentityError::Refused(why);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| unreachable(chain(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()))
            .request(&|request| self.ask(request))
            .map_err(|error| refused(chain(&error)))?;
        let token = answer
            .id_token()
            .ok_or_else(|| refused("its answer holds no ID token".to_owned()))?;
        let clock = chrono::DateTime::from_timestamp(now.unix(), 0).unwrap_or_default();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || clock);
        let nonce = Nonce::new(begun.nonce.clone());
        let claims = token
            .claims(&verifier, &nonce)
            .map_err(|error| refused(chain(&error)))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token
                .signing_alg()
                .map_err(|error| refused(chain(&error)))?;
            let key = token.signing_key(&verifier);
            let key = key.map_err(|error| refused(chain(&error)))?;
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if actual.map_err(|error| refused(chain(&error)))? != *expected {
                return Err(refused(
                    "the access token is not that of the ID token".to_owned(),
                ));
            }
        }
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
        })
    }
}

/// Whether a host is this machine itself.
fn is_here(host: Option<&str>) -> bool {
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
