//! The arguments of what concerns badges: endorsing a course, exporting a certificate.

use std::path::PathBuf;

use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(crate) struct Endorse {
    /// The achievement's URL, as the issuer's `course show` says it.
    pub(crate) achievement: String,
    /// Your Ed25519 key: encrypted PKCS#8 PEM, as OpenSSL writes it. Its passphrase is called `partner`.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Your organisation's name.
    #[arg(long)]
    pub(crate) name: String,
    /// What you say of the course.
    #[arg(long)]
    pub(crate) comment: String,
    /// Where to write the endorsement.
    #[arg(long, value_name = "FILE", default_value = "endorsement.json")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Certificate number or credential id.
    pub(crate) certificate: String,
    /// What to write.
    #[arg(long)]
    pub(crate) format: ExportFormat,
    /// The file.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The picture to bake into, a PNG or SVG as --format says; without it, a badge is drawn.
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The signed credential.
    Json,
    /// The certificate to print.
    Pdf,
    /// A badge in pixels.
    Png,
    /// A badge as a drawing.
    Svg,
}
