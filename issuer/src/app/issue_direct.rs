//! Issue a credential directly: nobody but the program that asks for it has approved it.
//!
//! The same order as for batches: every byte is fixed and saved before the first signature, the signature is checked with
//! the published key, the result is kept before it is handed out. Asking again goes on where a crash stopped it.

use cheti_shared::bundle::trust_list::KeyRole;
use cheti_shared::canon::jcs;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::ids::{CredentialId, Digest};
use cheti_shared::json;
use cheti_shared::key::{PublicKey, Signer};
use cheti_shared::proof::ProofOptions;
use cheti_shared::status::entry::Purpose;
use serde_json::{Map, Value};

use super::desk::{Desk, Loaded, Writing};
use super::error::AppError;
use super::plan_batch::Places;
use super::ports::store::Key;
use super::records::{certificate_key, direct_key};
use crate::domain::audit::Entry;
use crate::domain::direct::{Content, Direct, DirectError};
use crate::domain::organisation::SigningKey;
use crate::domain::posted::{Posted, Wish};

/// Complete what a program posted and check it against every rule; nothing is written.
pub fn complete(
    desk: &Desk,
    credential: Map<String, Value>,
    wish: Wish,
) -> Result<Posted, AppError> {
    let fresh = CredentialId::from_random(desk.random()?);
    let organisation = desk.organisation()?;
    Ok(Posted::complete(credential, &organisation, fresh, wish)?)
}

/// Sign `posted` with the issuing key; the exact octets. The same credential asked for again gives the same octets.
///
/// Whether the program may have this is the caller's to decide.
pub fn issue_direct(
    desk: &Desk,
    posted: &Posted,
    issuing: &dyn Signer,
    actor: &str,
) -> Result<Vec<u8>, AppError> {
    let key = desk.active_key_of(KeyRole::Issuing, issuing)?;
    let certificate = posted.id().parse::<CredentialId>();
    if let Ok(id) = certificate
        && desk.store.fetch(&certificate_key(&id))?.is_some()
    {
        return Err(DirectError::OtherContent.into());
    }
    let record_key = direct_key(posted.id());
    let found = match desk.find::<Direct>(record_key.clone())? {
        Some(found) => found,
        None => {
            plan(desk, posted, &key, record_key.clone())?;
            desk.load(record_key, "credential", posted.id())?
        }
    };
    let direct = &found.value;
    direct.check_same(posted.origin(posted.document()), posted.proofs())?;
    match direct.credential() {
        Some(octets) => Ok(octets.as_bytes().to_vec()),
        None => sign(desk, found, issuing, &key, actor),
    }
}

/// Fix every byte, and save it with the place in a status list. This is no issuing yet: the journal tells of that.
fn plan(desk: &Desk, posted: &Posted, key: &SigningKey, record_key: Key) -> Result<(), AppError> {
    let organisation = desk.organisation()?;
    let created = desk.clock.now();
    posted.rehearse(&organisation, &desk.random()?, &key.id, created)?;
    let mut places = Places::for_purpose(desk, Purpose::Revocation)?;
    let (list, index) = places.give_out(desk)?;
    let document = posted.with_status(&organisation, (list, index))?;
    let direct = Direct {
        key: key.id.clone(),
        created,
        proofs: posted.proofs(),
        list,
        index,
        revoked: false,
        signed: None,
        content: Content::Planned {
            origin: posted.origin(&document),
            document: Value::Object(document).to_string(),
        },
    };
    let mut writing = Writing::default();
    writing.create(record_key, &direct)?;
    places.close(&mut writing)?;
    desk.record(writing, &[])
}

/// Sign what was planned, check it, keep it, tell the journal; the octets.
fn sign(
    desk: &Desk,
    mut planned: Loaded<Direct>,
    issuing: &dyn Signer,
    key: &SigningKey,
    actor: &str,
) -> Result<Vec<u8>, AppError> {
    let direct = &mut planned.value;
    let Content::Planned { origin, document } = &direct.content else {
        return Err(DirectError::Removed.into());
    };
    if direct.key != key.id {
        let planned = direct.key.clone();
        return Err(DirectError::OtherKey { planned }.into());
    }
    let Ok(Value::Object(document)) = json::parse(document.as_bytes()) else {
        return Err(AppError::SelfCheck);
    };
    let options = ProofOptions {
        created: direct.created,
        verification_method: key.id.clone(),
    };
    let secured = direct.proofs.secure(document, &options, issuing)?;
    let octets = jcs::canonicalize(&Value::Object(secured));
    check_as_a_stranger(&octets, origin.document, &issuing.public_key())?;
    let credential = String::from_utf8(octets.clone()).map_err(|_| AppError::SelfCheck)?;
    let digest = Digest::of(&octets);
    direct.signed = Some(digest);
    direct.content = Content::Signed {
        origin: *origin,
        credential,
    };
    let entry = Entry::new(actor, "direct.issue", digest).with("key", key.id.clone());
    let mut writing = Writing::default();
    writing.update(planned)?;
    desk.record(writing, &[entry])?;
    Ok(octets)
}

/// Read back what was just signed: it is the planned document, and every proof holds with nothing but the published key.
fn check_as_a_stranger(
    octets: &[u8],
    document: Digest,
    public: &PublicKey,
) -> Result<(), AppError> {
    let credential = SignedCredential::parse(octets)?;
    let holds = |proof| matches!(credential.check_proof(proof, public), Some(Ok(_)));
    match credential.digest() == document && credential.proofs().iter().all(holds) {
        true => Ok(()),
        false => Err(AppError::SelfCheck),
    }
}
