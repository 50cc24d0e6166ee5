//! `trust show|import|update`: whom this machine trusts.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::PathBuf;

use cheti_shared::bundle::trust_list::{Ending, KeyRole};
use cheti_shared::key::PublicKey;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::Evidence;
use cheti_verifier_core::evidence::status::Held;
use cheti_verifier_core::outcome::days;
use clap::{Args, Subcommand};

use super::{Exit, Failure, World, root_key};
use crate::fetch::{self, PrivateAddresses};
use crate::present::shown;
use crate::trust::{self, Confirm, Folder, State};

/// What `trust` is told.
#[derive(Subcommand, Debug)]
pub enum TrustCommand {
    /// Show the root, the issuers and how old everything is
    Show,
    /// Take over a trust bundle; the first one pins its root
    Import(ImportArgs),
    /// Fetch the newest bundle from the issuer's address
    Update(UpdateArgs),
}

/// What `trust import` is told.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// The root key that the issuer published: z6Mk…
    #[arg(long, value_name = "KEY", value_parser = root_key)]
    root: Option<PublicKey>,
    /// Accept the bundle's own root without being asked
    #[arg(long)]
    yes: bool,
}

/// What `trust update` is told.
#[derive(Args, Debug)]
pub struct UpdateArgs {
    /// The address to fetch from, remembered for the next time: https://…
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// The address may lead into a private network
    #[arg(long)]
    allow_private_addresses: bool,
}

pub(super) fn trust(
    command: &TrustCommand,
    folder: &Folder,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    match command {
        TrustCommand::Show => {
            let evidence = trust::held(folder, None)?;
            show(&evidence, &folder.load()?, folder, world)
        }
        TrustCommand::Import(args) => import(args, folder, world),
        TrustCommand::Update(args) => update(args, folder, world),
    }
}

fn import(args: &ImportArgs, folder: &Folder, world: &mut World<'_>) -> Result<Exit, Failure> {
    let bytes = trust::read_file(&args.bundle)?;
    take_over(&bytes, args.root, args.yes, folder, world)
}

fn update(args: &UpdateArgs, folder: &Folder, world: &mut World<'_>) -> Result<Exit, Failure> {
    let known = folder.load()?.origin;
    let origin = args.from.clone().or(known).ok_or(Failure::NoOrigin)?;
    let private = match args.allow_private_addresses {
        true => PrivateAddresses::Allow,
        false => PrivateAddresses::Refuse,
    };
    let bytes = fetch::bundle(&origin, private)?;
    let done = take_over(&bytes, None, false, folder, world)?;
    if args.from.is_some() {
        let state = State {
            origin: Some(origin),
            ..folder.load()?
        };
        folder.store_state(&state)?;
    }
    Ok(done)
}

fn take_over(
    bytes: &[u8],
    root: Option<PublicKey>,
    yes: bool,
    folder: &Folder,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let mut unasked = None;
    let mut ask = |evidence: &Evidence| {
        yes || match world.interactive {
            true => confirmed(evidence, world.stdin, world.err),
            false => {
                unasked = evidence.trust().map(|trust| trust.root().fingerprint());
                false
            }
        }
    };
    let confirm = match root {
        Some(root) => Confirm::Named(root),
        None => Confirm::Ask(&mut ask),
    };
    let imported = trust::import(folder, bytes, confirm);
    if let Some(fingerprint) = unasked {
        return Err(Failure::CannotAsk { fingerprint });
    }
    show(&imported?, &folder.load()?, folder, world)
}

fn confirmed(evidence: &Evidence, stdin: &mut dyn Read, err: &mut dyn Write) -> bool {
    let Some(trust) = evidence.trust() else {
        return false;
    };
    let fingerprint = trust.root().fingerprint();
    let _ = writeln!(err, "This bundle is signed by the root {fingerprint}");
    for issuer in trust.issuers() {
        let (name, id) = (&issuer.trusted().name, &issuer.trusted().id);
        let _ = writeln!(err, "and vouches for {} ({})", shown(name), shown(id));
    }
    let _ = write!(
        err,
        "Compare the fingerprint with the one the issuer published. The same? [yes/no] "
    );
    let _ = err.flush();
    line(stdin).trim() == "yes"
}

/// One line of at most 100 octets; what is no text is no answer.
fn line(from: &mut dyn Read) -> String {
    let mut answer = String::new();
    let read = BufReader::new(from.take(100)).read_line(&mut answer);
    read.map_or_else(|_| String::new(), |_| answer)
}

fn show(
    evidence: &Evidence,
    state: &State,
    folder: &Folder,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let now = world.now;
    let out = &mut *world.out;
    let Some(trust) = evidence.trust() else {
        writeln!(out, "Nobody is trusted yet ({}).", folder.path().display())?;
        writeln!(out, "Import a bundle: cheti-verifier trust import FILE")?;
        return Ok(Exit::Done);
    };
    let (root, fingerprint) = (trust.root(), trust.root().fingerprint());
    writeln!(out, "Root: {fingerprint} ({root})")?;
    let (version, made, expires) = (trust.version(), trust.made(), trust.expires());
    writeln!(
        out,
        "Trust list: version {version} of {made}, may be relied on until {expires}"
    )?;
    issuers(evidence, out)?;
    status_lists(evidence, now, out)?;
    writeln!(out, "Templates: {}", evidence.template_count())?;
    if let Some(origin) = &state.origin {
        writeln!(out, "Updates from: {}", shown(origin))?;
    }
    Ok(Exit::Done)
}

fn issuers(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    for issuer in evidence.trust().iter().flat_map(|trust| trust.issuers()) {
        let trusted = issuer.trusted();
        writeln!(
            out,
            "Issuer: {} ({})",
            shown(&trusted.name),
            shown(&trusted.id)
        )?;
        for key in &trusted.keys {
            let role = match key.role {
                KeyRole::Issuing => "certificates",
                KeyRole::Status => "status lists",
            };
            let end = match key.ended {
                None => String::new(),
                Some(end) if end.how == Ending::Rotated => format!(" until {}", end.at),
                Some(end) => format!(", COMPROMISED {}", end.at),
            };
            let (id, from) = (shown(&key.id), key.valid_from);
            writeln!(out, "  {id}: {role} from {from}{end}")?;
        }
    }
    Ok(())
}

fn status_lists(evidence: &Evidence, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    for (url, held) in evidence.status_lists() {
        let url = shown(url);
        match held {
            Held::Usable(status) => {
                let made = status.list().valid_from();
                let age = days(now.seconds_since(made));
                writeln!(out, "Status list: {url} of {made} ({age} old)")?;
            }
            Held::Unregistered(_) => {
                writeln!(
                    out,
                    "Status list: {url} by an issuer that is not registered"
                )?;
            }
            Held::Refused(refused) => {
                let why = shown(&refused.to_string());
                writeln!(out, "Status list: {url} set aside: {why}")?;
            }
        }
    }
    Ok(())
}
