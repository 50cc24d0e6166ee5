//! Certificates: find one, and hand them out as files.

use std::borrow::Cow;

use cheti_shared::baked::{BakedError, bake_png, bake_svg};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::ids::CredentialId;
use cheti_shared::qr::payload;
use rayon::prelude::*;

use super::desk::Desk;
use super::error::AppError;
use super::ports::press::{Badges, Picture, Press, PressError};
use super::ports::store::Collection;
use super::records::{credential_key, number_key};
use crate::domain::batch::BatchId;
use crate::domain::certificate::{Certificate, Version};
use crate::domain::plan::Chunk;

/// One version of a certificate, ready to be handed out.
#[derive(Clone, Debug)]
pub struct Deliverable {
    /// The file's name without its ending: `NAME-id-vN`.
    pub stem: String,
    /// The signed credential, the exact octets.
    pub json: Vec<u8>,
    /// The whole text of the printed code.
    pub code: String,
}

/// A certificate by credential id or by certificate number.
pub fn find_certificate(desk: &Desk, id_or_number: &str) -> Result<Certificate, AppError> {
    let by_number = || -> Result<Option<CredentialId>, AppError> {
        let fits = (1..=400).contains(&id_or_number.len());
        let found = if fits {
            desk.find(number_key(id_or_number))?
        } else {
            None
        };
        Ok(found.map(|found| found.value))
    };
    let id = match id_or_number.parse::<CredentialId>() {
        Ok(id) => Some(id),
        Err(_) => by_number()?,
    };
    let missing = || AppError::NotFound {
        what: "certificate",
        id: id_or_number.chars().take(80).collect(),
    };
    Ok(desk.certificate(&id.ok_or_else(missing)?)?.value)
}

/// The signed credential of a version, the exact octets.
pub fn credential(desk: &Desk, id: &CredentialId, version: u32) -> Result<Vec<u8>, AppError> {
    let octets = desk.store.fetch(&credential_key(id, version))?;
    octets.ok_or_else(|| AppError::NotFound {
        what: "certificate",
        id: format!("{id} version {version}"),
    })
}

/// What is handed out for a version.
pub fn deliverable(
    desk: &Desk,
    certificate: &Certificate,
    version: &Version,
) -> Result<Deliverable, AppError> {
    let json = credential(desk, &certificate.id, version.number)?;
    let signed = SignedCredential::parse(&json)?;
    let template = desk.template(&version.template)?;
    let payload = payload::encode(&template, signed.document())?;
    let code = payload::url(&desk.organisation()?.verify_url, &payload);
    let name = Facts::of(signed.document()).name.unwrap_or_default();
    let id = certificate.id.to_string();
    let short = id.split('-').next().unwrap_or_default();
    let stem = format!("{}-{short}-v{}", file_name(&name), version.number);
    Ok(Deliverable { stem, json, code })
}

/// Why there is no badge of a certificate.
#[derive(Debug, thiserror::Error)]
pub enum BadgeError {
    /// It cannot be drawn.
    #[error(transparent)]
    Draw(#[from] PressError),
    /// The picture cannot carry the credential.
    #[error(transparent)]
    Bake(#[from] BakedError),
}

/// A certificate's badge: its credential baked into `image`, or into a badge drawn for it (Open Badges 3.0 §5.3).
pub fn baked_badge(
    deliverable: &Deliverable,
    kind: Picture,
    image: Option<&[u8]>,
    badges: &dyn Badges,
) -> Result<Vec<u8>, BadgeError> {
    let picture = match image {
        Some(image) => Cow::Borrowed(image),
        None => Cow::Owned(badges.draw(&deliverable.json, kind)?),
    };
    // What was signed is JSON, so it is text; anything lost here would no longer verify.
    let credential = String::from_utf8_lossy(&deliverable.json);
    Ok(match kind {
        Picture::Png => bake_png(&picture, &credential)?,
        Picture::Svg => bake_svg(&picture, &credential)?,
    })
}

/// A name as a file may be called on any system: letters and digits as they are, everything else one `-`.
fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '\'' | '\u{2019}' | '\u{2bc}'))
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// Takes a certificate and its PDF to where the officer wants them.
pub type Deliver<'a> = &'a (dyn Fn(&Deliverable, &[u8]) -> Result<(), AppError> + Sync);

/// Hand out the current version of every certificate of a batch, on every core: `deliver` gets each with its PDF, unless
/// `has_it` says that it is there already.
pub fn deliver_batch(
    desk: &Desk,
    batch: &BatchId,
    press: &dyn Press,
    has_it: &(dyn Fn(&Deliverable) -> bool + Sync),
    deliver: Deliver<'_>,
) -> Result<usize, AppError> {
    let chunks: Vec<Chunk> = desk.all(Collection::Plan, batch.as_str().as_bytes())?;
    let planned = chunks
        .iter()
        .flat_map(|chunk| &chunk.planned)
        .collect::<Vec<_>>();
    planned.par_iter().try_for_each(|planned| {
        let certificate = desk.certificate(&planned.id)?.value;
        let deliverable = deliverable(desk, &certificate, certificate.current()?)?;
        if has_it(&deliverable) {
            return Ok::<(), AppError>(());
        }
        let pdf = press.print(&deliverable.json, &deliverable.code)?;
        deliver(&deliverable, &pdf)
    })?;
    Ok(planned.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names() {
        for (name, wanted) in [
            ("Wanjikũ Ng'ang'a", "Wanjikũ-Nganga"),
            ("Irene Chirchir O’Brien", "Irene-Chirchir-OBrien"),
            ("../../etc/passwd", "etc-passwd"),
            ("A. B/C\\D:E", "A-B-C-D-E"),
        ] {
            assert_eq!(file_name(name), wanted);
        }
    }
}
