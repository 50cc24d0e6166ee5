//! Print one certificate: again as it was first, in another look, or as a duplicate for paper that was lost.

use super::certificates::find_certificate;
use super::desk::{Desk, Writing};
use super::error::AppError;
use super::kits::kit_of_batch;
use super::papers::{Deliverable, deliverable};
use super::ports::press::{Press, PrintRoom};
use crate::domain::audit::Entry;
use crate::domain::certificate::{Certificate, Standing, Version};
use crate::domain::print_kit::Restyle;

/// The press for a certificate: with its batch's kit, in another look where one is asked for.
pub fn press_of(
    desk: &Desk,
    room: &dyn PrintRoom,
    certificate: &Certificate,
    style: Restyle,
) -> Result<Box<dyn Press>, AppError> {
    let batch = desk.batch(&certificate.batch)?.value;
    let kit = kit_of_batch(desk, room, &batch)?;
    Ok(room.press(&kit.restyled(style))?)
}

/// A version of a certificate and its PDF.
pub fn print_version(
    desk: &Desk,
    room: &dyn PrintRoom,
    certificate: &Certificate,
    version: &Version,
    style: Restyle,
) -> Result<(Deliverable, Vec<u8>), AppError> {
    let press = press_of(desk, room, certificate, style)?;
    let deliverable = deliverable(desk, certificate, version)?;
    let pdf = press.print(&deliverable.sheet())?;
    Ok((deliverable, pdf))
}

/// Print a certificate again for paper that was lost, and put that into the journal. `marked` says on the paper that it is a
/// duplicate of today. Only a certificate that holds is printed again.
pub fn reprint(
    desk: &Desk,
    room: &dyn PrintRoom,
    id_or_number: &str,
    style: Restyle,
    marked: bool,
    actor: &str,
) -> Result<(Deliverable, Vec<u8>), AppError> {
    let certificate = find_certificate(desk, id_or_number)?;
    let version = certificate.current()?;
    let refuse = |standing| {
        let number = certificate.number.clone();
        Err(AppError::NoDuplicate { number, standing })
    };
    match version.standing {
        Standing::Good => {}
        Standing::Suspended => return refuse("suspended"),
        Standing::Ended(_) => return refuse("revoked"),
    }
    let today = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    let press = press_of(desk, room, &certificate, style)?;
    let deliverable = deliverable(desk, &certificate, version)?;
    let pdf = press.print(&deliverable.sheet().reprinted(marked.then_some(today)))?;
    let entry = Entry::new(actor, "certificate.reprint", certificate.id)
        .with("version", version.number)
        .with("marked", marked);
    desk.record(Writing::default(), &[entry])?;
    Ok((deliverable, pdf))
}
