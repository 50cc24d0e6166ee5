//! The arguments of what concerns printing: batches, single certificates, designs.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::domain::batch::BatchId;
use crate::domain::operator::OperatorId;
use crate::domain::print_kit::Language;

#[derive(Debug, clap::Args)]
pub(crate) struct Issue {
    /// The batch.
    pub(crate) batch: BatchId,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Print {
    /// The batch; it must have been issued.
    pub(crate) batch: BatchId,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) style: Style,
}

/// Where certificates go, and how they are put together.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// A folder for the certificates, NAME-id-v1.pdf and .json; with another --format, the file to write.
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// How they are put together.
    #[arg(long, default_value = "folder")]
    pub(crate) format: Format,
    /// Crop marks and 3 mm bleed around every page, for a print shop; with --format book.
    #[arg(long)]
    pub(crate) marks: bool,
    /// The order of books, ZIP files and lists: roster, name, or a file with a certificate number or a name a line.
    #[arg(long, value_name = "roster|name|FILE", default_value = "roster")]
    pub(crate) order: String,
    /// Write a contact sheet to proof-read, a checklist for the handing-over table and envelope labels beside them.
    #[arg(long)]
    pub(crate) lists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One PDF and one JSON file a certificate.
    Folder,
    /// The same in one ZIP file.
    Zip,
    /// One print-ready PDF, a page a certificate; above 1,000 pages NAME-1-of-3.pdf and so on.
    Book,
}

/// Another look than the one that was approved with the batch.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Style {
    /// Another design: the name of a built-in one, or an SVG file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) design: Option<String>,
    /// Another language: en, sw or both.
    #[arg(long)]
    pub(crate) language: Option<Language>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Save {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    /// The folder.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Every version, not only the current one.
    #[arg(long)]
    pub(crate) all_versions: bool,
    #[command(flatten)]
    pub(crate) style: Style,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reprint {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    /// Who you are; the journal says it.
    #[arg(long)]
    pub(crate) operator: OperatorId,
    /// The PDF to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Do not print "Duplicate, printed on" and the date on it.
    #[arg(long)]
    pub(crate) no_mark: bool,
    #[command(flatten)]
    pub(crate) style: Style,
}
