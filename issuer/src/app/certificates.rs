//! Certificates: find one, and bake it into a badge.

use std::borrow::Cow;

use cheti_shared::baked::{BakedError, bake_png, bake_svg};
use cheti_shared::ids::CredentialId;

use super::desk::Desk;
use super::erase::refuse_erased;
use super::error::AppError;
use super::papers::Deliverable;
use super::ports::press::{Badges, Picture, PressError};
use super::records::{credential_key, number_key};
use crate::domain::certificate::Certificate;

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
    if let Some(octets) = desk.store.fetch(&credential_key(id, version))? {
        return Ok(octets);
    }
    refuse_erased(&desk.certificate(id)?.value)?;
    Err(AppError::NotFound {
        what: "certificate",
        id: format!("{id} version {version}"),
    })
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
