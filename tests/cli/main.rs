//! The issuer's command line as a training officer uses it: the real program, in folders of its own.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod bad_rosters;
mod badges;
mod designs;
mod drills;
mod duplicates;
mod four_eyes;
mod journal;
mod kills;
mod office;
mod print_runs;
mod printing;
mod registry;
mod trouble;
mod whole_way;
mod workbooks;
