//! The console: where officers work with a browser. HTML made here, with a style and a script of its own and nothing of
//! anybody else's; everything works without the script.
//!
//! [`pages`] is the table of every page and of who may ask for it: the router is made of it, and so is the test that tries
//! each with every role. `gate` stands before each page, `seats` remembers who is signed in, `page` and `words` are what all
//! pages share.

mod account;
mod assets;
mod batches;
mod ceremony;
mod certificates;
mod changes;
mod courses;
mod entry;
mod gate;
mod home;
mod journal;
mod keys;
mod many;
mod openid;
mod operators;
mod page;
mod phones;
mod retention;
mod rosters;
mod seats;
mod swahili;
mod venue;
mod words;

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use cheti_shared::limits::ROSTER_BYTES;
use tower_http::compression::CompressionLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, MemoryStore, SessionManagerLayer};

use super::observe::{Listener, observe};
use super::service::{Service, Shared};
use crate::domain::role::Permission;

pub use gate::Needs;

/// What the console remembers between requests.
#[derive(Default)]
pub(super) struct Console {
    seats: seats::Seats,
    sign_ins: seats::Turns,
    askings: seats::Turns,
    away: openid::AwayList,
    issuing: batches::Issuing,
    passing: venue::Passing,
}

/// One method of one path.
pub struct Page {
    /// GET or POST.
    pub method: Method,
    /// The path, its parameters in braces.
    pub path: &'static str,
    /// Who may ask for it.
    pub needs: Needs,
    handler: MethodRouter<Shared>,
}

fn read<H, T>(path: &'static str, needs: Needs, handler: H) -> Page
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Page {
        method: Method::GET,
        path,
        needs,
        handler: get(handler),
    }
}

fn act<H, T>(path: &'static str, needs: Needs, handler: H) -> Page
where
    H: Handler<T, Shared>,
    T: 'static,
{
    Page {
        method: Method::POST,
        path,
        needs,
        handler: post(handler),
    }
}

/// Every page.
#[rustfmt::skip]
pub fn pages() -> Vec<Page> {
    use Needs::{Known, May, Nothing, Password, SignedIn};
    let [look, prepare, approve, propose, hand_out] = [
        May(Permission::Read),
        May(Permission::Prepare),
        May(Permission::Approve),
        May(Permission::Propose),
        May(Permission::HandOut),
    ];
    vec![
        read("/assets/{file}", Nothing, assets::file),
        act("/language", Nothing, entry::language),
        read("/sign-in", Nothing, entry::sign_in_page),
        act("/sign-in", Nothing, entry::sign_in_form),
        read("/code", Password, entry::code_page),
        act("/code", Password, entry::code_form),
        read("/enrol", Password, entry::enrol_page),
        act("/enrol", Password, entry::enrol_form),
        act("/sign-out", Known, entry::sign_out),
        act("/sign-out-everywhere", Known, entry::sign_out_everywhere),
        read("/openid/sign-in", Nothing, openid::sign_in),
        read("/openid/return", Nothing, openid::come_back),
        read("/openid/tie", SignedIn, openid::tie),
        act("/openid/untie", SignedIn, openid::untie),
        read("/account", SignedIn, account::page),
        act("/account/password", SignedIn, account::password),
        read("/", look, home::home),
        read("/rosters", prepare, rosters::list),
        act("/rosters", prepare, rosters::keep),
        read("/rosters/{draft}", prepare, rosters::show_one),
        act("/rosters/{draft}/map", prepare, rosters::map),
        act("/rosters/{draft}/fix", prepare, rosters::fix),
        act("/rosters/{draft}/drop", prepare, rosters::drop_line),
        act("/rosters/{draft}/restore", prepare, rosters::restore_line),
        act("/rosters/{draft}/unhide", prepare, rosters::unhide_line),
        act("/rosters/{draft}/import", prepare, rosters::import),
        act("/rosters/{draft}/delete", prepare, rosters::delete),
        read("/rosters/{draft}/problems.csv", prepare, rosters::problems_csv),
        read("/batches", look, batches::list),
        read("/batches/{batch}", look, batches::show_one),
        act("/batches/{batch}/submit", prepare, batches::submit),
        act("/batches/{batch}/approve", approve, batches::approve),
        act("/batches/{batch}/reject", approve, batches::reject),
        act("/batches/{batch}/issue", prepare, batches::issue),
        read("/batches/{batch}/progress", look, batches::progress),
        read("/batches/{batch}/preview/{row}", look, batches::preview),
        read("/batches/{batch}/certificates.zip", prepare, batches::archive),
        read("/batches/{batch}/book/{volume}", prepare, batches::book),
        read("/batches/{batch}/lists/{kind}", prepare, batches::paper_list),
        read("/certificates", look, certificates::list),
        read("/certificates/{certificate}", look, certificates::show_one),
        read("/certificates/{certificate}/preview", look, certificates::preview),
        read("/certificates/{certificate}/pdf", prepare, certificates::pdf),
        act("/certificates/{certificate}/reprint", prepare, certificates::reprint),
        act("/certificates/{certificate}/propose", propose, certificates::propose_change),
        act("/certificates/{certificate}/subject-file", propose, certificates::subject),
        read("/many", propose, many::preview),
        act("/many", propose, many::propose_all),
        read("/retention", look, retention::page),
        read("/export/{kind}", look, certificates::export),
        read("/changes", look, changes::list),
        read("/changes/{change}", look, changes::show_one),
        act("/changes/{change}/confirm", May(Permission::ConfirmAppointment), changes::confirm_one),
        act("/changes/{change}/decline", May(Permission::ConfirmAppointment), changes::decline_one),
        read("/ceremony/{batch}", look, ceremony::door),
        act("/ceremony/{batch}/hand-out", hand_out, ceremony::hand),
        act("/ceremony/{batch}/undo", hand_out, ceremony::undo),
        act("/ceremony/{batch}/close", hand_out, ceremony::close),
        read("/reconciliation/{batch}", look, ceremony::sums),
        act("/reconciliation/{batch}/withdraw", propose, ceremony::withdraw),
        read("/courses", look, courses::list),
        act("/courses", SignedIn, courses::add),
        read("/courses/{course}/preview", look, courses::picture),
        read("/operators", look, operators::list),
        act("/operators", SignedIn, operators::add),
        act("/operators/{id}/roles", SignedIn, operators::set_roles),
        act("/operators/{id}/disable", SignedIn, operators::disable),
        act("/operators/{id}/reset", SignedIn, operators::reset),
        read("/keys", look, keys::page),
        read("/keys/bundle", look, keys::bundle),
        act("/keys", SignedIn, keys::follow),
        act("/keys/lost", SignedIn, keys::lose),
        act("/keys/programs", SignedIn, keys::add_program),
        act("/keys/programs/{key}/remove", SignedIn, keys::remove_program),
        read("/venue", look, venue::page),
        act("/venue/hand-over", SignedIn, venue::hand_over),
        act("/venue/bring-home", SignedIn, venue::bring_home),
        read("/phones", look, phones::page),
        read("/journal", look, journal::page),
        read("/figures", look, journal::figures_page),
    ]
}

/// Whether an answer is worth compressing: a list of three thousand people is nearly a megabyte, and a tenth of it packed.
/// There is no secret in a page that its length could tell: cookies are no part of it.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    const PACKED: [&str; 5] = [
        "text/html",
        "text/css",
        "text/csv",
        "text/javascript",
        "application/wasm",
    ];
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is = |packed: &str| kind.is_some_and(|kind| kind.starts_with(packed.as_bytes()));
    PACKED.iter().any(|packed| is(packed))
}

/// The console's router.
pub fn router(service: Arc<Service>) -> Router {
    let mut router = Router::new();
    for page in pages() {
        let gate = gate::Gate {
            service: Arc::clone(&service),
            path: page.path,
            needs: page.needs,
        };
        let handler: MethodRouter<Shared, Infallible> = page
            .handler
            .route_layer(from_fn_with_state(gate, gate::pass));
        router = router.route(page.path, handler);
    }
    // Cookie and session id; what the session stands for is in `seats`, which knows when a seat is left.
    let idle = Duration::seconds(seats::IDLE_SECONDS);
    let sessions = SessionManagerLayer::new(MemoryStore::default())
        .with_name("__Host-cheti")
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_path("/")
        .with_always_save(true)
        .with_expiry(Expiry::OnInactivity(idle));
    router
        .fallback(gate::nothing_here)
        .method_not_allowed_fallback(gate::nothing_here)
        .layer(DefaultBodyLimit::max(ROSTER_BYTES + (64 << 10)))
        .layer(sessions)
        .layer(CompressionLayer::new().gzip(true).compress_when(is_text))
        .layer(from_fn_with_state(
            (Arc::clone(&service), Listener::Console),
            observe,
        ))
        .with_state(service)
}
