//! Paper: a certificate as a PDF to print, as a picture to look at, as a duplicate for paper that was lost.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::endpoint::{From, Parameter};
use super::super::input::QueryPairs;
use super::super::problem::Problem;
use super::super::service::{Service, Shared};
use super::certificates::version_of;
use crate::app::papers::deliverable;
use crate::app::ports::press::PrintRoom;
use crate::app::print_certificate::{press_of, print_version, reprint as print_again};
use crate::domain::print_kit::Restyle;

const DESIGN: Parameter = Parameter::optional(
    "design",
    "a built-in design; that of the certificate's batch without it",
);
const LANGUAGE: Parameter = Parameter::optional(
    "language",
    "en, sw or both; that of the certificate's batch without it",
);
const VERSION: Parameter = super::certificates::VERSION_PARAMETER[0];

/// What a PDF is made by.
pub(super) const PDF_PARAMETERS: &[Parameter] = &[VERSION, DESIGN, LANGUAGE];
/// What a picture is made by.
pub(super) const PREVIEW_PARAMETERS: &[Parameter] = &[
    VERSION,
    DESIGN,
    LANGUAGE,
    Parameter::optional("width", "pixels across, 100 to 2000; 1000 without it"),
];
/// What a duplicate is made by.
pub(super) const REPRINT_PARAMETERS: &[Parameter] = &[
    DESIGN,
    LANGUAGE,
    Parameter::optional(
        "mark",
        "whether it says that it is a duplicate: true, as without it, or false",
    ),
];

/// The least and the greatest width of a picture, in pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 100..=2_000;
const USUAL_WIDTH: u32 = 1_000;

/// The printed certificate.
pub(super) async fn pdf(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
    mut query: QueryPairs,
) -> Result<Response, Problem> {
    let style = style(&*service.parts.room, &mut query)?;
    let wanted = query.take("version", "the number of a version")?;
    query.finish()?;
    let print = move |service: &Service| {
        let (certificate, version) = version_of(service, &certificate, wanted)?;
        let (desk, room) = (service.desk(), &*service.parts.room);
        print_version(desk, room, &certificate, &version, style)
    };
    let (paper, pdf) = service.run(print).await?;
    Ok(attached(paper.id_and_version(), pdf))
}

/// A picture of the printed certificate, to be looked at.
pub(super) async fn preview(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
    mut query: QueryPairs,
) -> Result<Response, Problem> {
    let style = style(&*service.parts.room, &mut query)?;
    let wanted = query.take("version", "the number of a version")?;
    let width = query
        .take("width", "a number of pixels")?
        .unwrap_or(USUAL_WIDTH);
    query.finish()?;
    if !WIDTHS.contains(&width) {
        let (least, most) = (WIDTHS.start(), WIDTHS.end());
        let detail = format!("The parameter width must be {least} to {most}.");
        return Err(Problem::bad_request(detail));
    }
    let draw = move |service: &Service| {
        let (certificate, version) = version_of(service, &certificate, wanted)?;
        let (desk, room) = (service.desk(), &*service.parts.room);
        let press = press_of(desk, room, &certificate, style)?;
        let paper = deliverable(desk, &certificate, &version)?;
        Ok(press.preview(&paper.sheet(), width)?)
    };
    let png = service.run(draw).await?;
    Ok(([(CONTENT_TYPE, "image/png")], png).into_response())
}

/// A duplicate of the current version, for paper that was lost; the journal has it.
pub(super) async fn reprint(
    State(service): State<Shared>,
    Path(certificate): Path<String>,
    caller: From,
    mut query: QueryPairs,
) -> Result<Response, Problem> {
    let style = style(&*service.parts.room, &mut query)?;
    let marked = query.take("mark", "true or false")?.unwrap_or(true);
    query.finish()?;
    let print = move |service: &Service| {
        let (desk, room) = (service.desk(), &*service.parts.room);
        print_again(desk, room, &certificate, style, marked, &caller.actor())
    };
    let (paper, pdf) = service.run(print).await?;
    Ok(attached(paper.id_and_version(), pdf))
}

/// Named by id, not by the graduate: headers end up in the logs of whatever stands between.
fn attached(stem: &str, pdf: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{stem}.pdf\""),
        ),
    ];
    (headers, pdf).into_response()
}

fn style(room: &dyn PrintRoom, query: &mut QueryPairs) -> Result<Restyle, Problem> {
    let language = query.take("language", "en, sw or both")?;
    let Some(wanted) = query.take::<String>("design", "a built-in design")? else {
        let design = None;
        return Ok(Restyle { design, language });
    };
    let designs = room.designs();
    let known = designs.iter().find(|(name, _)| *name == wanted);
    let Some((_, svg)) = known else {
        let names: Vec<&str> = designs.iter().map(|(name, _)| *name).collect();
        let detail = format!("The parameter design must be one of: {}.", names.join(", "));
        return Err(Problem::bad_request(detail));
    };
    let design = Some((*svg).to_owned());
    Ok(Restyle { design, language })
}
