//! The arguments of what concerns printing: batches, single certificates, designs.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

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

#[derive(Debug, Subcommand)]
pub(crate) enum Design {
    /// List the built-in designs.
    List,
    /// Write a built-in design to a file, to make your own of it in Inkscape or a text editor.
    New(DesignNew),
    /// Draw a design with a graduate who does not exist.
    Preview(DesignPreview),
    /// Check a design: every rule, every length of name in every language, and how well its code is read from paper that was
    /// creased, copied or badly photographed. Exit code 1 when it may not be used.
    Check(DesignCheck),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DesignNew {
    /// What your design is called; it is written to NAME.svg.
    pub(crate) name: String,
    /// The built-in design to begin with.
    #[arg(long, default_value = "formal")]
    pub(crate) from: String,
    /// Another file to write to; no file is ever replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DesignPreview {
    /// The name of a built-in design, or an SVG file.
    #[arg(value_name = "NAME|FILE")]
    pub(crate) design: String,
    /// The picture or PDF to write: a name that ends in .png or .pdf.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Pixels across; of a PNG.
    #[arg(long, default_value_t = 1_600, value_parser = clap::value_parser!(u32).range(100..=4_000))]
    pub(crate) width: u32,
    #[command(flatten)]
    pub(crate) sample: Sample,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DesignCheck {
    /// The name of a built-in design, or an SVG file.
    #[arg(value_name = "NAME|FILE")]
    pub(crate) design: String,
    #[command(flatten)]
    pub(crate) sample: Sample,
}

/// What a design is drawn with.
#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// en, sw or both.
    #[arg(long)]
    pub(crate) language: Option<Language>,
    /// A course file: its words, pictures and signatories are drawn.
    #[arg(long, value_name = "FILE")]
    pub(crate) course: Option<PathBuf>,
}
