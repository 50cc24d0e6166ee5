//! What every page has: its frame, the words of its language, how it is shown, and how trouble is told.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use cheti_shared::time::{Timestamp, UtcOffset};

use super::swahili::refusal;
use super::words::{Language, Words};
use crate::app::error::AppError;
use crate::domain::operator::Operator;
use crate::domain::role::{Permission, Roles};
use crate::http::problem::{Inside, Problem};
use crate::http::service::Service;

/// Who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// The short name.
    pub(super) id: String,
    /// The person's name.
    pub(super) name: String,
    roles: Roles,
    /// Whether an identity provider alone says who they are: they may look, and do nothing.
    pub(super) only_looks: bool,
    /// Whether another copy of the store is written now, so that nothing can be done at this one.
    pub(super) is_lent: bool,
    /// The local time of the house.
    offset: UtcOffset,
}

impl Who {
    pub(super) fn new(
        operator: Operator,
        only_looks: bool,
        is_lent: bool,
        offset: UtcOffset,
    ) -> Self {
        Self {
            id: operator.id.to_string(),
            name: operator.name,
            roles: operator.roles,
            only_looks,
            is_lent,
            offset,
        }
    }

    /// Whether they may do this.
    pub(super) fn may(&self, permission: Permission) -> bool {
        let in_reach = !self.only_looks || permission == Permission::Read;
        in_reach && permission.is_of(&self.roles)
    }
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The words of its language.
    pub(super) w: &'static Words,
    /// Its language.
    pub(super) language: Language,
    /// Who is signed in.
    pub(super) who: Option<Who>,
    /// The page's path.
    pub(super) path: String,
    /// The same with its query, to come back to.
    pub(super) back: String,
}

impl Frame {
    pub(super) fn new(language: Language, who: Option<Who>, place: &Uri) -> Self {
        let back = place.path_and_query();
        Self {
            w: language.words(),
            language,
            who,
            path: place.path().to_owned(),
            back: back.map_or_else(String::new, ToString::to_string),
        }
    }

    /// What a rule of the desk says, in the page's language.
    pub(super) fn told<T: fmt::Display>(&self, said: &T, swahili: fn(&T) -> String) -> String {
        match self.language {
            Language::English => said.to_string(),
            Language::Swahili => swahili(said),
        }
    }

    fn may(&self, permission: Permission) -> bool {
        self.who.as_ref().is_some_and(|who| who.may(permission))
    }

    /// Whether an identity provider alone says who they are.
    pub(super) fn only_looks(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.only_looks)
    }

    /// Whether whoever is signed in prepares.
    pub(super) fn prepares(&self) -> bool {
        self.may(Permission::Prepare)
    }

    /// Whether they approve.
    pub(super) fn approves(&self) -> bool {
        self.may(Permission::Approve)
    }

    /// Whether they propose changes to certificates.
    pub(super) fn proposes(&self) -> bool {
        self.may(Permission::Propose)
    }

    /// Whether they confirm changes of either kind.
    pub(super) fn confirms(&self) -> bool {
        self.may(Permission::Confirm) || self.may(Permission::ConfirmAppointment)
    }

    /// Whether they hand out.
    pub(super) fn hands_out(&self) -> bool {
        self.may(Permission::HandOut)
    }

    /// The short name of whoever is signed in.
    pub(super) fn id(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.id)
    }

    /// Whether the page is at this path or below it, for the menu.
    pub(super) fn at(&self, path: &str) -> bool {
        match path {
            "/" => self.path == "/",
            path => {
                let rest = self.path.strip_prefix(path);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

/// Show a page.
pub(super) fn show(page: &impl Template) -> Result<Response, Trouble> {
    let html = page.render();
    let html = html.map_err(|error| Trouble::inside(format!("a page cannot be made: {error}")))?;
    Ok(Html(html).into_response())
}

/// A moment as people of the organisation read it: its own day and time.
pub(super) fn local(at: Timestamp, offset: UtcOffset) -> String {
    let date = at.date_at(offset);
    let minutes = at.seconds_since(date.start_at(offset)) / 60;
    format!("{date} {:02}:{:02}", minutes / 60, minutes % 60)
}

/// A sentence of a rule of the desk, whose moments are in UTC, as people of the house read it.
fn at_home(text: &str, offset: UtcOffset) -> String {
    const MOMENT: usize = "2026-10-16T09:00:00Z".len();
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        let moment = rest.get(..MOMENT).filter(|text| text.ends_with('Z'));
        let octets = match moment.and_then(|text| text.parse::<Timestamp>().ok()) {
            Some(moment) => {
                told += &local(moment, offset);
                MOMENT
            }
            None => {
                told.push(first);
                first.len_utf8()
            }
        };
        rest = rest.split_at(octets).1;
    }
    told
}

/// What is told of trouble: sentences in the page's language, and those that there are in English alone, about faults of
/// the installation.
#[derive(Default)]
pub(super) struct Sentences {
    pub(super) own: Vec<String>,
    pub(super) foreign: Vec<String>,
}

impl Sentences {
    pub(super) fn is_nothing(&self) -> bool {
        self.own.is_empty() && self.foreign.is_empty()
    }
}

/// Something that did not work, on its way to the page that says so.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    title: String,
    details: Vec<String>,
    /// Whether the details are words of the page itself, in its language.
    is_own: bool,
    /// The first of the details in Swahili, where there is one.
    swahili: Option<String>,
    inside: Option<String>,
}

impl Service {
    /// Do blocking work for a page ([`Service::run`]); trouble is told in the page's language.
    pub(super) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Trouble> {
        Ok(self.attempt(work).await??)
    }
}

impl Trouble {
    fn new(status: StatusCode, title: &str, detail: &str) -> Self {
        Self {
            status,
            title: title.to_owned(),
            details: vec![detail.to_owned()],
            is_own: true,
            swahili: None,
            inside: None,
        }
    }

    /// The form says something that cannot be.
    pub(super) fn form(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            title: String::new(),
            details: vec![detail.into()],
            is_own: true,
            swahili: None,
            inside: None,
        }
    }

    /// The code or password that was asked for again is wrong.
    pub(super) fn wrong_code(frame: &Frame) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            frame.w.wrong_code,
            frame.w.wrong_code_help,
        )
    }

    pub(super) fn signed_out(frame: &Frame) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            frame.w.signed_out,
            frame.w.signed_out_help,
        )
    }

    pub(super) fn not_permitted(frame: &Frame) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            frame.w.not_permitted,
            frame.w.not_permitted_help,
        )
    }

    /// An identity provider alone says who they are.
    pub(super) fn only_looks(frame: &Frame) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            frame.w.only_looks,
            frame.w.only_looks_help,
        )
    }

    /// Another service did not do its part; the log is told why.
    pub(super) fn of_provider(status: StatusCode, what: &str, why: String) -> Self {
        Self {
            inside: Some(why),
            ..Self::new(status, "", what)
        }
    }

    pub(super) fn elsewhere(frame: &Frame) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            frame.w.elsewhere,
            frame.w.elsewhere_help,
        )
    }

    pub(super) fn not_found(frame: &Frame) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            frame.w.not_found,
            frame.w.not_found_help,
        )
    }

    /// What is told of it on a page.
    pub(super) fn sentences(&self, frame: &Frame) -> Sentences {
        let offset = frame.who.as_ref().map(|who| who.offset);
        let told = |text: &String| offset.map_or(text.clone(), |offset| at_home(text, offset));
        let details = self.details.iter().map(told);
        if self.is_own || frame.language == Language::English {
            return Sentences {
                own: details.collect(),
                foreign: Vec::new(),
            };
        }
        let translated = usize::from(self.swahili.is_some());
        Sentences {
            own: self.swahili.iter().map(told).collect(),
            foreign: details.skip(translated).collect(),
        }
    }

    fn inside(what: String) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: String::new(),
            details: Vec::new(),
            is_own: true,
            swahili: None,
            inside: Some(what),
        }
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        let (status, details, inside) = problem.for_people();
        Self {
            status,
            title: String::new(),
            details,
            is_own: false,
            swahili: None,
            inside,
        }
    }
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self {
            swahili: refusal(&error),
            ..Problem::from(error).into()
        }
    }
}

impl IntoResponse for Trouble {
    /// The gate makes a page of it, since it knows language and menu.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct TroublePage<'a> {
    frame: &'a Frame,
    title: &'a str,
    sentences: Sentences,
}

/// The page that tells of trouble.
pub(super) fn failure(frame: &Frame, trouble: &Trouble) -> Response {
    let title = match trouble.title.as_str() {
        "" if trouble.status.is_server_error() => frame.w.failed,
        "" => frame.w.not_done,
        title => title,
    };
    let page = TroublePage {
        frame,
        title,
        sentences: trouble.sentences(frame),
    };
    let html = page.render().unwrap_or_else(|_| title.to_owned());
    let mut response = (trouble.status, Html(html)).into_response();
    if let Some(inside) = &trouble.inside {
        response.extensions_mut().insert(Inside(inside.clone()));
    }
    response
}

/// A file to be kept, by a name without anybody's name in it: headers end up in the logs of whatever stands between.
pub(super) fn download(kind: &'static str, name: &str, octets: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, octets.into()).into_response()
}

/// Names as a list in words.
pub(super) fn listed(names: impl IntoIterator<Item = impl fmt::Display>) -> String {
    let names: BTreeSet<String> = names.into_iter().map(|name| name.to_string()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_the_house_reads_them() {
        let offset: UtcOffset = "+03:00".parse().unwrap();
        for (text, told) in [
            ("", ""),
            (
                "handed out at 2026-10-16T23:30:05Z by jane",
                "handed out at 2026-10-17 02:30 by jane",
            ),
            ("2026-10-16T09:00:00Z", "2026-10-16 12:00"),
            (
                "Ng\u{2bc}ang\u{2bc}a, 2026-10-16 and 2026-99-99T00:00:00Z",
                "Ng\u{2bc}ang\u{2bc}a, 2026-10-16 and 2026-99-99T00:00:00Z",
            ),
        ] {
            assert_eq!(at_home(text, offset), told);
        }
    }
}
