//! `page export`: the scan page as a folder of files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cheti_shared::bundle::Bundle;
use clap::{Args, Subcommand};

use super::{Exit, Failure, World};
use crate::trust::{self, TrustFailure};
use crate::web;

/// What `page` is told.
#[derive(Subcommand, Debug)]
pub enum PageCommand {
    /// Write the scan page into a folder that any web server can serve
    ///
    /// Serve the whole folder over https (browsers allow cameras and offline use nowhere else, but for localhost), at any
    /// path, with index.html for the folder itself and application/wasm for .wasm. The newest trust bundle must lie beside
    /// index.html as "bundle": copy it there whenever the issuer publishes one, or let the server pass requests for it on to
    /// the issuer's /bundle. Send these headers with every file:
    ///
    ///   Content-Security-Policy: (as in index.html, and "; frame-ancestors 'none'")
    ///   X-Content-Type-Options: nosniff
    ///   Referrer-Policy: no-referrer
    ///   Cache-Control: no-cache
    #[command(verbatim_doc_comment)]
    Export(ExportArgs),
}

/// What `page export` is told.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The folder; made when it is not there, and it must be empty
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// A trust bundle to put beside the page
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// A host that codes are printed for, so that they need no warning; may be repeated
    #[arg(long, value_name = "HOST")]
    code_host: Vec<String>,
    /// How old a status list may be, in hours; without it, as its issuer allows
    #[arg(long, value_name = "HOURS")]
    status_age_hours: Option<u32>,
}

pub(super) fn page(command: &PageCommand, world: &mut World<'_>) -> Result<Exit, Failure> {
    let PageCommand::Export(args) = command;
    let bundle = args.bundle.as_deref().map(bundle).transpose()?;
    empty(&args.folder)?;
    for file in web::all().iter().filter(|file| file.path != web::SERVED) {
        let path = match file.path {
            web::STATIC => web::SERVED,
            other => other,
        };
        let octets = file.octets();
        put(&args.folder.join(path), octets)?;
    }
    let seconds = args.status_age_hours.map(|hours| i64::from(hours) * 3_600);
    let settings = web::settings(&args.code_host, seconds).to_string();
    put(&args.folder.join("settings.json"), Ok(settings.into()))?;
    if let Some(octets) = bundle {
        put(&args.folder.join("bundle"), Ok(octets))?;
    }
    writeln!(
        world.out,
        "wrote the scan page to {}; how to serve it: cheti-verifier page export --help",
        args.folder.display()
    )?;
    if args.bundle.is_none() {
        writeln!(
            world.err,
            "note: without the issuer's trust bundle beside it, as \"bundle\", the page can check nothing"
        )?;
    }
    Ok(Exit::Done)
}

/// A trust bundle, which is at least one; whether to trust it is for the page to find out.
fn bundle(path: &Path) -> Result<Vec<u8>, Failure> {
    let octets = trust::read_file(path)?;
    Bundle::parse(&octets).map_err(TrustFailure::from)?;
    Ok(octets)
}

fn empty(folder: &Path) -> Result<(), Failure> {
    let path = folder.to_owned();
    let write = |source| Failure::Put {
        path: path.clone(),
        source,
    };
    fs::create_dir_all(folder).map_err(write)?;
    match fs::read_dir(folder).map_err(write)?.next() {
        None => Ok(()),
        Some(_) => Err(Failure::NotEmpty { path }),
    }
}

fn put(path: &Path, octets: io::Result<Vec<u8>>) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, octets?));
    written.map_err(|source| Failure::Put {
        path: path.to_owned(),
        source,
    })
}
