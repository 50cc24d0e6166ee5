//! What of a batch is looked at, or taken to the printer.

use std::io;
use std::io::Write;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use tokio::sync::mpsc;
use zip::ZipWriter;

use super::super::entry::Framed;
use super::super::page::Trouble;
use super::super::seats::Seat;
use super::batch_id;
use crate::app::approve_batch::show_batch;
use crate::app::error::AppError;
use crate::app::kits::kit_to_look_at;
use crate::app::ports::press::ListKind;
use crate::app::print_batch::{PrintRun, VOLUME};
use crate::app::search::certificates_of;
use crate::app::specimen::Specimens;
use crate::domain::ceremony::Order;
use crate::domain::print_kit::Restyle;
use crate::http::console::page::download;
use crate::http::service::{Service, Shared};
use crate::zipped;

/// A picture of a certificate as it will print, before anybody signed it: its code proves nothing.
pub(in crate::http::console) async fn preview(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path((batch, row)): Path<(String, usize)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let draw = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let batch = show_batch(desk, &id)?;
        let graduates = desk.graduates(&id)?;
        let graduate = graduates.get(row).ok_or_else(|| AppError::NotFound {
            what: "row of the batch",
            id: row.to_string(),
        })?;
        let (course, organisation) = (desk.course(&batch.course)?, desk.organisation()?);
        let specimens = Specimens::new(Some(&course), Some(&organisation))?;
        let specimen = specimens.of_graduate(graduate, &batch)?;
        let kit = kit_to_look_at(desk, room, &batch)?;
        Ok(room.press(&kit)?.preview(&specimen.sheet(), 1_400)?)
    };
    let png = service.work(draw).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// A volume of the print-ready book.
pub(in crate::http::console) async fn book(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path((batch, volume)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let number = volume
        .strip_suffix(".pdf")
        .and_then(|text| text.parse::<usize>().ok());
    let number = number.ok_or_else(|| Trouble::not_found(&frame))?;
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        let run = PrintRun::prepare(desk, room, &id, &Order::Roster, Restyle::default())?;
        let volumes = run.volumes(VOLUME);
        let missing = || AppError::NotFound {
            what: "volume",
            id: number.to_string(),
        };
        let pages = number.checked_sub(1).and_then(|at| volumes.get(at));
        let pages = pages.ok_or_else(missing)?.clone();
        run.record(seat.operator.as_str(), "book")?;
        run.book(pages, false, &|| {})
    };
    let pdf = service.work(print).await?;
    Ok(download(
        "application/pdf",
        &format!("{batch}-{volume}"),
        pdf,
    ))
}

/// The lists for the table at the door.
pub(in crate::http::console) async fn paper_list(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Path((batch, kind)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let wanted = match kind.as_str() {
        "checklist.pdf" => ListKind::Checklist,
        "labels.pdf" => ListKind::Labels,
        _ => return Err(Trouble::not_found(&frame)),
    };
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        PrintRun::prepare(desk, room, &id, &Order::Name, Restyle::default())?.list(wanted)
    };
    let pdf = service.work(print).await?;
    Ok(download("application/pdf", &format!("{batch}-{kind}"), pdf))
}

/// Every certificate as PDF and JSON, in a ZIP file that is sent while it is printed.
pub(in crate::http::console) async fn archive(
    State(service): State<Shared>,
    Extension(frame): Framed,
    Extension(seat): Extension<Seat>,
    Path(batch): Path<String>,
) -> Result<Response, Trouble> {
    let id = batch_id(&frame, &batch)?;
    let checked = id.clone();
    let check = move |service: &Service| {
        show_batch(service.desk(), &checked)?.check_issued()?;
        certificates_of(service.desk(), &checked).map(|_| ())
    };
    service.work(check).await?;
    let (sender, receiver) = mpsc::channel::<Result<Bytes, io::Error>>(16);
    let actor = seat.operator.to_string();
    let printing = Arc::clone(&service);
    tokio::task::spawn_blocking(move || {
        let (desk, room) = (printing.desk(), &*printing.parts.room);
        let done = PrintRun::prepare(desk, room, &id, &Order::Roster, Restyle::default())
            .and_then(|run| run.record(&actor, "zip").map(|()| run))
            .and_then(|run| zip_into(&run, Sending(sender.clone())));
        if let Err(error) = done {
            tracing::error!(%error, "an archive of certificates was not finished");
            // The connection ends early, so that nobody takes a part for the whole.
            let _ = sender.blocking_send(Err(io::Error::other("not finished")));
        }
    });
    let octets = unfold(receiver, |mut receiver| async {
        let next = receiver.recv().await?;
        Some((next, receiver))
    });
    let octets = Body::from_stream(octets);
    Ok(download("application/zip", &format!("{batch}.zip"), octets))
}

/// Octets on their way to whoever downloads them.
struct Sending(mpsc::Sender<Result<Bytes, io::Error>>);

impl Write for Sending {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let some = Bytes::copy_from_slice(octets);
        let sent = self.0.blocking_send(Ok(some));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn zip_into(run: &PrintRun<'_>, sending: Sending) -> Result<(), AppError> {
    let failed = |source: io::Error| AppError::Deliver {
        path: "the archive".to_owned(),
        source,
    };
    let mut zip = ZipWriter::new_stream(io::BufWriter::with_capacity(64 << 10, sending));
    run.in_order(&mut |deliverable, pdf| zipped::add(&mut zip, deliverable, pdf).map_err(failed))?;
    let whole = zip.finish().map_err(io::Error::other);
    let flushed = whole.and_then(|writer| writer.into_inner().flush());
    flushed.map_err(failed)
}
