//! Images and PDF files → QR texts and attached credential JSON.
