//! Merkle roots over signed credentials (RFC 9162 §2.1.1 shape, SHA-256): one event in the journal stands for a chunk.

use cheti_shared::ids::Digest;
use sha2::{Digest as _, Sha256};

/// The root over `leaves`, in order; SHA-256 of nothing for none.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(b""),
        [one] => hash(0, &[one.octets()]),
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            hash(1, &[root(left).octets(), root(right).octets()])
        }
    }
}

fn hash(kind: u8, parts: &[&[u8; 32]]) -> Digest {
    let mut hash = Sha256::new().chain_update([kind]);
    for part in parts {
        hash.update(part);
    }
    Digest::from_octets(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_and_its_place_count() {
        let leaves: Vec<Digest> = (0..7_u8).map(|n| Digest::of(&[n])).collect();
        let whole = root(&leaves);
        for i in 0..leaves.len() {
            let mut edited = leaves.clone();
            edited[i] = Digest::of(b"other");
            assert_ne!(root(&edited), whole, "{i}");
        }
        let mut swapped = leaves.clone();
        swapped.swap(2, 3);
        assert_ne!(root(&swapped), whole);
        assert_ne!(root(&leaves[..6]), whole);
        assert_ne!(root(&leaves[..1]), leaves[0]);
        assert_eq!(root(&[]), Digest::of(b""));
    }
}
