//! Every bound on what comes from outside, in one table. Passing one is an error, never a cut.

/// Octets of one credential, as JSON.
pub const CREDENTIAL_BYTES: usize = 1 << 20;
/// Nesting of JSON arrays and objects.
pub const JSON_DEPTH: usize = 32;
/// Members and elements of one JSON document, all levels together.
pub const JSON_MEMBERS: usize = 10_000;
/// Octets of an endorsement, as JSON: every certificate of its course carries it.
pub const ENDORSEMENT_BYTES: usize = 16 << 10;
/// Octets of a trust bundle, as JSON.
pub const BUNDLE_BYTES: usize = 64 << 20;
/// Members and elements of a trust bundle.
pub const BUNDLE_MEMBERS: usize = 5_000_000;
/// Octets of a QR payload.
pub const QR_PAYLOAD_BYTES: usize = 1_024;
/// Decimal digits that write [`QR_PAYLOAD_BYTES`] octets.
pub const QR_PAYLOAD_DIGITS: usize = 2_467;
/// Octets of one text field of a QR payload, and of a name on a certificate.
pub const TEXT_FIELD_BYTES: usize = 120;
/// Proofs of one credential.
pub const PROOFS: usize = 16;
/// Credentials of one presentation.
pub const PRESENTED_CREDENTIALS: usize = 16;
/// Endorsements of one credential.
pub const ENDORSEMENTS: usize = 16;
/// Entries of a status list, at the least (Bitstring Status List 3.5, B6).
pub const STATUS_ENTRIES_MIN: usize = 131_072;
/// Octets of a status list, uncompressed, at the least (16 KiB; B3).
pub const STATUS_BYTES_MIN: usize = STATUS_ENTRIES_MIN / 8;
/// Octets of a status list, uncompressed, at the most (8 MiB; B9).
pub const STATUS_BYTES_MAX: usize = 8 << 20;
/// Characters of an `encodedList`: what 8 MiB of incompressible bits come to, and a little.
pub const STATUS_ENCODED_CHARS: usize = 12 << 20;
/// Octets of a PDF or an image.
pub const FILE_BYTES: usize = 20 << 20;
/// Pixels of an image.
pub const IMAGE_PIXELS: u64 = 40_000_000;
/// Octets of a roster file.
pub const ROSTER_BYTES: usize = 20 << 20;
/// Octets of a roster file once unzipped.
pub const ROSTER_UNZIPPED_BYTES: usize = 200 << 20;
/// Rows of a roster.
pub const ROSTER_ROWS: usize = 100_000;
/// Octets of one HTTP request body.
pub const HTTP_BODY_BYTES: usize = 10 << 20;
/// Work of expanding a document as JSON-LD: one for each object, one for each of its types and three for each of its
/// contexts, times one more for every hundred terms that the document defines itself. One is about a third of a
/// millisecond.
pub const JSON_LD_WORK: usize = 2_000;
/// Contexts that are objects, in one document.
pub const JSON_LD_INLINE_CONTEXTS: usize = 32;
/// Members of all contexts that are objects, in one document.
pub const JSON_LD_INLINE_MEMBERS: usize = 1_000;
/// Octets of all names and texts in contexts that are objects: a short name may stand for a long IRI ten thousand times.
pub const JSON_LD_INLINE_BYTES: usize = 16 << 10;
/// Octets of all statements of a document: each repeats its subject and predicate (the longest status list fits).
pub const JSON_LD_STATEMENT_BYTES: usize = 16 << 20;
/// Steps of telling unnamed nodes apart (RDFC-1.0, 7.1): graphs that are no trap take a few for each node.
pub const RDFC_STEPS: usize = 50_000;
/// Nodes that RDFC-1.0 walks along, one from the other.
pub const RDFC_DEPTH: usize = 128;
