//! The print room: a signed credential and an SVG design become a PDF certificate.
