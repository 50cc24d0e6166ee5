//! Whole files through the whole import.
