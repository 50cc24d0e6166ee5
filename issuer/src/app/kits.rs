//! Print kits: made of a course file and the files beside it, tried, kept for ever by their digest.

use cheti_shared::ids::Digest;

use super::desk::{Desk, Writing};
use super::error::AppError;
use super::ports::press::PrintRoom;
use super::ports::store::{Collection, Key};
use crate::domain::batch::Batch;
use crate::domain::course::Course;
use crate::domain::print_kit::{
    DESIGN_BYTES, PICTURE_BYTES, Picture, PrintKit, PrintTable, Signatory,
};

/// A file that a course file names.
#[derive(Clone, Debug)]
pub struct FileWanted<'a> {
    /// The key that names it.
    pub key: String,
    /// Its name.
    pub name: &'a str,
    /// The most octets it may have.
    pub limit: usize,
}

/// Reads a file beside the course file: up to the limit and at least one octet more when there is more.
pub type ReadBeside<'a, E> = &'a dyn Fn(&FileWanted<'_>) -> Result<Vec<u8>, E>;

/// The kit that a course file's `[print]` describes; the usual design where there is none.
pub fn build_kit<E: From<AppError>>(
    room: &dyn PrintRoom,
    table: Option<&PrintTable>,
    read: ReadBeside<'_, E>,
) -> Result<PrintKit, E> {
    let usual = PrintTable::default();
    let table = table.unwrap_or(&usual);
    let picture = |key: String, name: &Option<String>| -> Result<Option<Picture>, E> {
        match name {
            None => Ok(None),
            Some(name) => {
                let wanted = FileWanted {
                    key,
                    name,
                    limit: PICTURE_BYTES,
                };
                Ok(Some(Picture(within(&wanted, read(&wanted)?)?)))
            }
        }
    };
    let mut signatories = Vec::new();
    for (number, entry) in (1..).zip(&table.signatories) {
        let key = format!("print.signatory {number}: signature");
        signatories.push(Signatory {
            name: entry.name.clone(),
            title: entry.title.clone(),
            signature: picture(key, &entry.signature)?,
        });
    }
    Ok(PrintKit {
        design: design(room, table.design.as_deref(), read)?,
        language: table.language,
        crest: picture("print.crest".to_owned(), &table.crest)?,
        partner_logo: picture("print.partner_logo".to_owned(), &table.partner_logo)?,
        signatories,
    })
}

/// The SVG of a design: built in, or a file; the usual one without a name.
pub fn design<E: From<AppError>>(
    room: &dyn PrintRoom,
    name: Option<&str>,
    read: ReadBeside<'_, E>,
) -> Result<String, E> {
    let built_in = room.designs();
    let Some(name) = name else {
        return Ok(built_in
            .first()
            .map_or_else(String::new, |(_, svg)| (*svg).to_owned()));
    };
    if let Some((_, svg)) = built_in.iter().find(|(known, _)| *known == name) {
        return Ok((*svg).to_owned());
    }
    let wanted = FileWanted {
        key: "print.design".to_owned(),
        name,
        limit: DESIGN_BYTES,
    };
    let octets = within(&wanted, read(&wanted)?)?;
    let not_text = |_| AppError::PrintFile {
        key: wanted.key.clone(),
        file: name.to_owned(),
        what: "is not a text in UTF-8, so it is no SVG".to_owned(),
    };
    Ok(String::from_utf8(octets).map_err(not_text)?)
}

/// The file's octets, where they are as many as they may be.
pub(crate) fn within(wanted: &FileWanted<'_>, octets: Vec<u8>) -> Result<Vec<u8>, AppError> {
    let what = match octets.len() {
        0 => "is empty".to_owned(),
        length if length > wanted.limit => {
            format!("is larger than {} MiB", wanted.limit >> 20)
        }
        _ => return Ok(octets),
    };
    let (key, file) = (wanted.key.clone(), wanted.name.to_owned());
    Err(AppError::PrintFile { key, file, what })
}

fn kit_key(digest: &Digest) -> Key {
    Key::new(Collection::Kit, digest.octets().as_slice())
}

/// Keep a kit unless it is kept already.
pub(crate) fn keep_kit(
    desk: &Desk,
    writing: &mut Writing,
    kit: &PrintKit,
) -> Result<Digest, AppError> {
    let octets = kit.to_octets();
    let digest = Digest::of(&octets);
    let key = kit_key(&digest);
    if desk.store.fetch(&key)?.is_none() {
        writing.create_octets(key, octets);
    }
    Ok(digest)
}

/// The kit with this digest, exactly as it was kept.
fn kit(desk: &Desk, digest: &Digest) -> Result<PrintKit, AppError> {
    let octets = desk
        .store
        .fetch(&kit_key(digest))?
        .ok_or_else(|| AppError::NotFound {
            what: "print kit",
            id: digest.to_string(),
        })?;
    if Digest::of(&octets) != *digest {
        return Err(AppError::KitAltered(*digest));
    }
    serde_json::from_slice(&octets).map_err(|source| AppError::Record {
        what: format!("print kit {digest}"),
        source,
    })
}

/// The kit for the next batch of a course; the usual one for a course that has none.
pub(crate) fn kit_of_course(
    desk: &Desk,
    room: &dyn PrintRoom,
    course: &Course,
) -> Result<PrintKit, AppError> {
    match &course.kit {
        Some(digest) => kit(desk, digest),
        None => Ok(usual_kit(room)),
    }
}

/// The usual design in English, with nothing added.
pub fn usual_kit(room: &dyn PrintRoom) -> PrintKit {
    PrintKit::plain(room.designs().first().map_or("", |(_, svg)| svg))
}

/// The kit with which the batch's certificates were first printed, as two people approved it; the usual one for batches older
/// than kits.
pub fn kit_of_batch(
    desk: &Desk,
    room: &dyn PrintRoom,
    batch: &Batch,
) -> Result<PrintKit, AppError> {
    super::erase::check_unaltered(desk, batch)?;
    kit_to_look_at(desk, room, batch)
}

/// The same, for a batch that nobody has signed for yet: to be looked at, never to be printed with.
pub fn kit_to_look_at(
    desk: &Desk,
    room: &dyn PrintRoom,
    batch: &Batch,
) -> Result<PrintKit, AppError> {
    match batch.kit() {
        Some(digest) => kit(desk, &digest),
        None => Ok(usual_kit(room)),
    }
}
