//! The modules' memory: blocks whose size is a power of two, and a list of those given back for each size. The standard
//! library's allocator is five times as large, which a browser would load before it shows anything; here a block is never
//! divided or joined with another: less than half of it is unused, and once given back it serves its own size alone.
#![allow(
    unsafe_code,
    reason = "an allocator hands out addresses; it is tested with a memory of its own"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// The smallest block, and what every block's address is a multiple of.
const LEAST: usize = 16;
/// As many sizes as an address has bits.
const SIZES: usize = usize::BITS as usize;

/// Where fresh memory comes from: as many octets or more, and how many; none at all when there is no more.
type Source = fn(usize) -> Option<(*mut u8, usize)>;

/// The allocator of a program with a single thread.
struct Blocks {
    state: UnsafeCell<State>,
    source: Source,
}

struct State {
    /// For each size the block that was given back last; it holds the address of the one before.
    free: [*mut u8; SIZES],
    /// What was never handed out, and where it ends.
    fresh: *mut u8,
    left: usize,
}

// SAFETY: a module has one thread, and each test makes an allocator of its own.
unsafe impl Sync for Blocks {}

impl Blocks {
    /// An allocator that holds no memory yet.
    const fn new(source: Source) -> Self {
        let state = State {
            free: [null_mut(); SIZES],
            fresh: null_mut(),
            left: 0,
        };
        Self {
            state: UnsafeCell::new(state),
            source,
        }
    }
}

/// The size of the block for `octets`; none for more than there can be.
fn size(octets: usize) -> Option<usize> {
    octets.max(LEAST).checked_next_power_of_two()
}

// SAFETY: a block handed out is in no list and is not fresh, so no other overlaps it; it is as large as was asked for, and
// addresses are multiples of LEAST since all sizes are.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(size) = size(layout.size()).filter(|_| layout.align() <= LEAST) else {
            return null_mut();
        };
        // SAFETY: one thread, and nothing below calls back.
        let state = unsafe { &mut *self.state.get() };
        let Some(free) = state.free.get_mut(size.trailing_zeros() as usize) else {
            return null_mut();
        };
        if !free.is_null() {
            let block = *free;
            // SAFETY: `dealloc` wrote it there.
            *free = unsafe { block.cast::<*mut u8>().read() };
            return block;
        }
        if state.left < size {
            let Some((fresh, left)) = (self.source)(size) else {
                return null_mut();
            };
            (state.fresh, state.left) = (fresh, left);
        }
        let block = state.fresh;
        state.fresh = block.wrapping_add(size);
        state.left -= size;
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: one thread, and nothing below calls back.
        let state = unsafe { &mut *self.state.get() };
        let class = size(layout.size()).map(|size| size.trailing_zeros() as usize);
        if let Some(free) = class.and_then(|class| state.free.get_mut(class)) {
            // SAFETY: the block is the allocator's again, and as large and aligned as an address needs.
            unsafe { block.cast::<*mut u8>().write(*free) };
            *free = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, octets: usize) -> *mut u8 {
        if size(octets) == size(layout.size()) {
            return block;
        }
        // SAFETY: as the caller promises of the old layout; the new one has the same alignment.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(octets, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, octets.min(layout.size()));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod module {
    use super::Blocks;

    /// What a module's memory is counted in.
    const PAGE: usize = 1 << 16;
    /// Fresh memory is asked for in pieces of at least so many pages: 1 MiB.
    const PIECE: usize = 16;

    #[global_allocator]
    static MEMORY: Blocks = Blocks::new(grow);

    fn grow(octets: usize) -> Option<(*mut u8, usize)> {
        let pages = octets.div_ceil(PAGE).max(PIECE);
        let before = std::arch::wasm32::memory_grow::<0>(pages);
        (before != usize::MAX).then(|| ((before * PAGE) as *mut u8, pages * PAGE))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that are never given back, as a module's memory is not.
    fn leaked(octets: usize) -> Option<(*mut u8, usize)> {
        const LIMIT: usize = 1 << 20;
        let pieces = octets.div_ceil(4_096).max(1);
        (octets <= LIMIT).then(|| {
            let fresh: Vec<[u128; 256]> = vec![[0; 256]; pieces];
            (
                Box::leak(fresh.into_boxed_slice()).as_mut_ptr().cast(),
                pieces * 4_096,
            )
        })
    }

    fn layout(octets: usize) -> Layout {
        Layout::from_size_align(octets, 8).unwrap()
    }

    /// Blocks with what was written into each.
    struct Held(*mut u8, usize, u8);

    impl Held {
        fn fill(&self) {
            // SAFETY: the block is that large.
            unsafe { self.0.write_bytes(self.2, self.1) };
        }

        fn is_whole(&self) -> bool {
            // SAFETY: the block is that large and was filled.
            let octets = unsafe { std::slice::from_raw_parts(self.0, self.1) };
            octets.iter().all(|&octet| octet == self.2)
        }
    }

    proptest! {
        #[test]
        fn no_block_overlaps_another(steps in prop::collection::vec((0..3u8, 1..5_000usize, any::<prop::sample::Index>()), 1..200)) {
            let blocks = Blocks::new(leaked);
            let mut held: Vec<Held> = Vec::new();
            for (n, (step, octets, which)) in steps.into_iter().enumerate() {
                let mark = n as u8;
                match step {
                    0 => held.push(Held(unsafe { blocks.alloc(layout(octets)) }, octets, mark)),
                    _ if held.is_empty() => continue,
                    1 => {
                        let Held(block, size, _) = held.swap_remove(which.index(held.len()));
                        unsafe { blocks.dealloc(block, layout(size)) };
                        continue;
                    }
                    _ => {
                        let place = which.index(held.len());
                        let Held(block, size, mark) = held[place];
                        let moved = unsafe { blocks.realloc(block, layout(size), octets) };
                        prop_assert!(Held(moved, octets.min(size), mark).is_whole());
                        held[place] = Held(moved, octets, mark);
                    }
                }
                let placed = |held: &Held| !held.0.is_null() && held.0.addr().is_multiple_of(LEAST);
                prop_assert!(held.iter().all(placed));
                held.iter().for_each(|held| held.fill());
                prop_assert!(held.iter().all(Held::is_whole));
            }
        }
    }

    #[test]
    fn what_was_given_back_is_handed_out_again() {
        let blocks = Blocks::new(leaked);
        let first = unsafe { blocks.alloc(layout(100)) };
        unsafe { blocks.dealloc(first, layout(100)) };
        assert_eq!(unsafe { blocks.alloc(layout(128)) }, first);
        assert_ne!(unsafe { blocks.alloc(layout(100)) }, first);
        assert_eq!(unsafe { blocks.realloc(first, layout(128), 65) }, first);
    }

    #[test]
    fn more_than_there_is_is_refused() {
        let blocks = Blocks::new(leaked);
        for octets in [(1 << 20) + 1, isize::MAX as usize - 8] {
            assert!(unsafe { blocks.alloc(layout(octets)) }.is_null());
        }
        let wide = Layout::from_size_align(64, 64).unwrap();
        assert!(unsafe { blocks.alloc(wide) }.is_null());
    }
}
