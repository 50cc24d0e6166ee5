//! Whose personal data has been kept for as long as its course says.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::entry::Framed;
use super::page::{Frame, Trouble, show};
use crate::app::retention::{Due, each_due};
use crate::http::service::{Service, Shared};

/// Certificates that are shown; the others follow as these are erased.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "console/retention.html")]
struct Page<'a> {
    frame: &'a Frame,
    due: Vec<Due>,
    count: usize,
}

pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let gather = |service: &Service| {
        let (mut due, mut count) = (Vec::new(), 0);
        each_due(service.desk(), |one| {
            count += 1;
            if due.len() < SHOWN {
                due.push(one.clone());
            }
        })?;
        Ok((due, count))
    };
    let (due, count) = service.work(gather).await?;
    show(&Page {
        frame: &frame,
        due,
        count,
    })
}
