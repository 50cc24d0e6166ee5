//! Rules for a person's name on a certificate.
