//! Baked badges: a credential inside a picture (Open Badges 3.0 §5.3).
//!
//! A PNG carries it in a chunk, an SVG in an element, each exactly once. Baking leaves the picture as it is otherwise;
//! reading never draws it. What is read is a claim like any file: nothing here looks into the credential.

mod png;
mod svg;

use crate::limits::{CREDENTIAL_BYTES, FILE_BYTES};

pub use png::{bake as bake_png, read as read_png};
pub use svg::{bake as bake_svg, read as read_svg};

/// Why a picture cannot be baked into, or what is baked into one cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BakedError {
    /// The picture is larger than is read.
    #[error("the picture has {bytes} octets, at most {FILE_BYTES} are read: use a smaller one")]
    PictureTooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// The credential is larger than any may be, once unpacked.
    #[error("the credential in the picture has more than {CREDENTIAL_BYTES} octets")]
    CredentialTooLarge,
    /// Not a picture of the kind.
    #[error("this is not {0} picture")]
    OtherKind(&'static str),
    /// The picture breaks the rules of its kind.
    #[error("the picture is damaged: {0}; save it again with a drawing program, or fetch it anew")]
    Damaged(&'static str),
    /// There must be one.
    #[error("the picture holds more than one credential; send the badge as it was issued")]
    Several,
    /// The chunk or element is not as Open Badges 3.0 §5.3 has it.
    #[error("the credential in the picture cannot be taken out: {0}")]
    Malformed(&'static str),
    /// An SVG that declares a document type, which could define anything.
    #[error("the SVG picture has a DOCTYPE, which is not read: save it without one (as plain SVG)")]
    DocumentType,
    /// A credential that such a picture cannot carry.
    #[error("the credential has the character {0:?}, which this kind of picture cannot carry")]
    Character(char),
}

fn check_picture(picture: &[u8]) -> Result<(), BakedError> {
    let bytes = picture.len();
    match bytes > FILE_BYTES {
        true => Err(BakedError::PictureTooLarge { bytes }),
        false => Ok(()),
    }
}

fn check_credential(credential: &str) -> Result<(), BakedError> {
    match credential.len() > CREDENTIAL_BYTES {
        true => Err(BakedError::CredentialTooLarge),
        false => Ok(()),
    }
}
