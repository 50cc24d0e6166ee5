//! The pieces of memory that the page and the module share. Addresses are handed out and never taken. Only in a module are
//! the functions exported by their names: elsewhere `read` is the C library's.
#![allow(
    unsafe_code,
    reason = "a function that another language calls by its name; nothing is dereferenced"
)]

use std::cell::RefCell;

/// What goes in: a question, a trust bundle and a file, or the pixels of a picture. The last is the answer.
const PIECES: usize = 4;

thread_local! {
    static MEMORY: RefCell<[Vec<u8>; PIECES]> = RefCell::default();
}

/// Make room for `octets` in a piece and say where it begins; nowhere when there is no such piece. What was there is gone.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
extern "C" fn room(piece: usize, octets: usize) -> *mut u8 {
    MEMORY.with_borrow_mut(|memory| match memory.get_mut(piece) {
        Some(piece) => {
            *piece = vec![0; octets];
            piece.as_mut_ptr()
        }
        None => std::ptr::null_mut(),
    })
}

/// Where a piece begins; nowhere when there is no such piece.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
extern "C" fn place(piece: usize) -> *const u8 {
    MEMORY.with_borrow(|memory| {
        memory
            .get(piece)
            .map_or(std::ptr::null(), |piece| piece.as_ptr())
    })
}

/// Judge what the first three pieces hold; how many octets of answer the last holds then.
#[cfg(feature = "judge")]
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
extern "C" fn judge() -> usize {
    MEMORY.with_borrow_mut(|[question, bundle, file, answer]| {
        *answer = crate::judge::judge(question, bundle, file);
        answer.len()
    })
}

/// Read the codes of the picture whose pixels the first piece holds; how many octets of answer the last holds then.
#[cfg(feature = "reader")]
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
extern "C" fn read(width: u32, height: u32, thorough: u32) -> usize {
    MEMORY.with_borrow_mut(|[pixels, _, _, answer]| {
        *answer = crate::read::read(width, height, std::mem::take(pixels), thorough != 0);
        answer.len()
    })
}

/// Where `oxrdf` gets the labels of blank nodes from: the page. No result depends on them.
#[cfg(all(feature = "full", target_arch = "wasm32", target_os = "unknown"))]
mod randomness {
    use getrandom::{Error, register_custom_getrandom};

    #[link(wasm_import_module = "env")]
    unsafe extern "C" {
        /// 32 random bits.
        safe fn random() -> u32;
    }

    fn fill(octets: &mut [u8]) -> Result<(), Error> {
        for part in octets.chunks_mut(4) {
            part.copy_from_slice(&random().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }

    register_custom_getrandom!(fill);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "reader")]
    #[test]
    fn a_picture_goes_in_and_an_answer_comes_out() {
        assert!(!room(0, 100).is_null());
        let octets = read(10, 10, 0);
        assert_eq!(MEMORY.with_borrow(|memory| memory[3].clone()), b"[]");
        assert_eq!(octets, 2);
    }

    #[cfg(feature = "judge")]
    #[test]
    fn a_question_goes_in_and_an_answer_comes_out() {
        for (piece, octets) in [(0, 2), (1, 0), (2, 0)] {
            assert!(!room(piece, octets).is_null());
        }
        MEMORY.with_borrow_mut(|memory| memory[0].copy_from_slice(b"{}"));
        let octets = judge();
        let answer = MEMORY.with_borrow(|memory| memory[3].clone());
        assert_eq!(answer.len(), octets);
        assert!(answer.starts_with(b"{\"misused\":"));
        assert_eq!(place(3), MEMORY.with_borrow(|memory| memory[3].as_ptr()));
        assert!(room(PIECES, 1).is_null() && place(PIECES).is_null());
    }
}
