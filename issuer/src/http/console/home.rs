//! The first page: what waits for whoever is signed in.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::batches::Summary;
use super::entry::Framed;
use super::page::{Frame, Trouble, show};
use crate::app::approve_batch::list_batches;
use crate::app::changes::list_changes;
use crate::app::drafts::list_drafts;
use crate::domain::batch::{Batch, BatchState};
use crate::domain::change::{Change, ChangeState};
use crate::http::service::{Service, Shared};

/// How many batches the page shows.
const RECENT: usize = 8;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home<'a> {
    frame: &'a Frame,
    to_approve: Vec<Summary>,
    to_issue: Vec<Summary>,
    to_submit: Vec<Summary>,
    changes: usize,
    drafts: usize,
    recent: Vec<Summary>,
}

impl Home<'_> {
    fn nothing_waits(&self) -> bool {
        self.to_approve.is_empty()
            && self.to_issue.is_empty()
            && self.to_submit.is_empty()
            && self.changes == 0
            && self.drafts == 0
    }
}

pub(super) async fn home(
    State(service): State<Shared>,
    Extension(frame): Framed,
) -> Result<Response, Trouble> {
    let gather = |service: &Service| {
        let desk = service.desk();
        let changes = list_changes(desk)?;
        let drafts = list_drafts(desk)?.len();
        Ok((list_batches(desk)?, changes, drafts))
    };
    let (batches, changes, drafts) = service.work(gather).await?;
    let me = frame.id();
    let summed = |batch: &Batch| Summary::of(batch, frame.w);
    let those = |wanted: &dyn Fn(&Batch) -> bool| -> Vec<Summary> {
        let wanted = batches.iter().filter(|batch| wanted(batch));
        wanted.map(summed).collect()
    };
    let is = |state: BatchState| move |batch: &Batch| batch.state == state;
    let prepares = frame.prepares();
    let mine = |change: &Change| {
        let claim = change.proposed.claim();
        claim.is_ok_and(|claim| claim.operator.as_str() == me)
    };
    let waiting = changes
        .iter()
        .filter(|change| change.state == ChangeState::Proposed && !mine(change));
    let others = |batch: &Batch| {
        let claim = batch.submitted.as_ref().and_then(|said| said.claim().ok());
        batch.state == BatchState::Submitted
            && claim.is_some_and(|claim| claim.operator.as_str() != me)
    };
    let page = Home {
        to_approve: match frame.approves() {
            true => those(&others),
            false => Vec::new(),
        },
        to_issue: match prepares {
            true => {
                those(&|batch| is(BatchState::Approved)(batch) || is(BatchState::Issuing)(batch))
            }
            false => Vec::new(),
        },
        to_submit: match prepares {
            true => those(&is(BatchState::Imported)),
            false => Vec::new(),
        },
        changes: match frame.confirms() {
            true => waiting.count(),
            false => 0,
        },
        drafts: if prepares { drafts } else { 0 },
        recent: batches.iter().take(RECENT).map(summed).collect(),
        frame: &frame,
    };
    show(&page)
}
