//! Every bound of the scan room, in one place. Each is an error when passed, never a silent cut.

/// Largest image or PDF file read, in bytes.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Largest picture decoded, in pixels; checked in the file's header before anything is decoded.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Most memory one picture may take while it is decoded, in bytes (40 megapixels of RGBA and some room).
pub const MAX_DECODE_BYTES: u64 = 200 * 1024 * 1024;
/// Most octets of an address in a text, as of one QR code's text.
pub const MAX_QR_TEXT_BYTES: usize = cheti_reader::MAX_TEXT_BYTES;

/// Most pages of a PDF that are searched for codes; a certificate has one.
pub const MAX_PDF_PAGES: usize = 5;
/// Most objects a PDF may hold.
pub const MAX_PDF_OBJECTS: usize = 100_000;
/// Most bytes one object stream or cross-reference stream may inflate to while a PDF is opened.
pub const MAX_PDF_STRUCTURE_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes that everything drawn on a PDF's pages may inflate to together (a colour scan of A4 at 600 dpi takes 105 MB).
pub const MAX_PDF_INFLATED_BYTES: usize = 128 * 1024 * 1024;
/// Largest picture written inside a page's drawing commands that is inflated, in compressed bytes (PDF asks for at most 4 kB).
pub const MAX_INLINE_IMAGE_BYTES: usize = 64 * 1024;
/// Most pixels of one drawn PDF page; larger sheets are drawn at a lower resolution.
pub const MAX_PAGE_PIXELS: f64 = 16_000_000.0;
/// Most work spent on drawing one page, in units of about one touched pixel (a page at 200 dpi is 4 million pixels).
pub const MAX_PAGE_WORK: u64 = 2_000_000_000;
/// Longest time spent on drawing all pages of one PDF, in seconds.
pub const MAX_PDF_SECONDS: u64 = 20;

/// Largest attached JSON file, in bytes: that of a credential.
pub const MAX_ATTACHMENT_BYTES: usize = 1024 * 1024;
/// Most attached JSON files taken from one PDF.
pub const MAX_ATTACHMENTS: usize = 8;
/// Most attached files of any kind that are looked at in one PDF.
pub const MAX_EMBEDDED_FILES: usize = 256;
/// Most nodes of a PDF's name tree that are visited.
pub const MAX_NAME_TREE_NODES: usize = 1_024;

/// Most entries of an archive.
pub const MAX_ARCHIVE_ENTRIES: usize = 100_000;
/// Largest file inside an archive, in bytes once unpacked.
pub const MAX_ENTRY_BYTES: u64 = 20 * 1024 * 1024;
/// Most bytes all files of one archive may unpack to.
pub const MAX_ARCHIVE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
