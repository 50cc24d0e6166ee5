//! How a certificate stands in a ZIP file, wherever one is written: the command line's and the console's are the same.

use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::app::papers::Deliverable;

/// Add a certificate as PDF and JSON.
pub(crate) fn add(
    zip: &mut ZipWriter<impl Write + Seek>,
    deliverable: &Deliverable,
    pdf: &[u8],
) -> io::Result<()> {
    let json = deliverable.json.as_slice();
    // A PDF is compressed already.
    for (ending, octets, method) in [
        ("pdf", pdf, CompressionMethod::Stored),
        ("json", json, CompressionMethod::Deflated),
    ] {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let name = format!("{}.{ending}", deliverable.stem);
        zip.start_file(name, options).map_err(io::Error::other)?;
        zip.write_all(octets)?;
    }
    Ok(())
}
