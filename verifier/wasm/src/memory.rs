//! The pieces of memory that the page and the module share. Addresses are handed out and never taken.
#![allow(
    unsafe_code,
    reason = "a function that another language calls by its name; nothing is dereferenced"
)]

use std::cell::RefCell;

use crate::judge;

/// The question, the trust bundle, the file, the answer.
const PIECES: usize = 4;

thread_local! {
    static MEMORY: RefCell<[Vec<u8>; PIECES]> = RefCell::default();
}

/// Make room for `octets` in a piece and say where it begins; nowhere when there is no such piece. What was there is gone.
#[unsafe(no_mangle)]
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
#[unsafe(no_mangle)]
extern "C" fn place(piece: usize) -> *const u8 {
    MEMORY.with_borrow(|memory| {
        memory
            .get(piece)
            .map_or(std::ptr::null(), |piece| piece.as_ptr())
    })
}

/// Judge what the first three pieces hold; how many octets of answer the fourth holds then.
#[unsafe(no_mangle)]
extern "C" fn judge() -> usize {
    MEMORY.with_borrow_mut(|[question, bundle, file, answer]| {
        *answer = judge::judge(question, bundle, file);
        answer.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_goes_in_and_an_answer_comes_out() {
        for (piece, octets) in [(0, 2), (1, 0), (2, 0)] {
            assert!(!room(piece, octets).is_null());
        }
        MEMORY.with_borrow_mut(|memory| memory[0].copy_from_slice(b"{}"));
        let octets = judge();
        let answer = MEMORY.with_borrow(|memory| memory[3].clone());
        assert_eq!(answer.len(), octets);
        assert!(answer.starts_with(b"{\"needsFull\":false,\"misused\":"));
        assert_eq!(place(3), MEMORY.with_borrow(|memory| memory[3].as_ptr()));
        assert!(room(PIECES, 1).is_null() && place(PIECES).is_null());
    }
}
