//! A grey picture in, the texts of its codes out, as a JSON list.

use cheti_reader::{Luma, codes, glance};

/// The codes of a picture: rows of grey octets. A glance for one of many frames; thoroughly for a picture that is the only
/// one. What is no picture, and more codes than are taken, are none.
pub fn read(width: u32, height: u32, pixels: Vec<u8>, thorough: bool) -> Vec<u8> {
    let texts = match Luma::new(width, height, pixels) {
        Some(luma) if thorough => codes(&luma).unwrap_or_default(),
        Some(luma) => glance(&luma),
        None => Vec::new(),
    };
    serde_json::to_vec(&texts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_holds_no_code() {
        for (width, height, octets) in [(3, 3, 8), (0, 0, 0), (2, 2, 4)] {
            assert_eq!(read(width, height, vec![255; octets], true), b"[]");
        }
    }
}
