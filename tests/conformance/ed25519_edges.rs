//! Where verifiers of Ed25519 disagree (THREATS 17): every combination of torsion in key and nonce, S beyond the order,
//! points written otherwise than the one way, each made here and judged by what strict verification promises.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity as _;
use sha2::{Digest as _, Sha512};

use crate::ed25519::accepts;

/// The order of the base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// One key and nonce: a part of the large order, which may be missing, and a part of small order.
#[derive(Clone, Copy)]
struct Part {
    scalar: Scalar,
    torsion: usize,
}

impl Part {
    fn point(self) -> EdwardsPoint {
        self.scalar * BASE + EIGHT_TORSION[self.torsion]
    }
}

fn challenge(r: &[u8], a: &[u8], message: &[u8]) -> Scalar {
    let digest = Sha512::new()
        .chain_update(r)
        .chain_update(a)
        .chain_update(message)
        .finalize();
    Scalar::from_bytes_mod_order_wide(&digest.into())
}

/// A signature of `a` whose torsion cancels out, or does not, and its message.
fn sign(a: Part, r: Part, cancels: bool) -> Option<([u8; 8], [u8; 64])> {
    let (key, nonce) = (a.point().compress(), r.point().compress());
    (0_u64..200).find_map(|n| {
        let message = n.to_be_bytes();
        let k = challenge(nonce.as_bytes(), key.as_bytes(), &message);
        let residue = EIGHT_TORSION[r.torsion] + k * EIGHT_TORSION[a.torsion];
        if residue.is_identity() != cancels {
            return None;
        }
        let s = r.scalar + k * a.scalar;
        Some((message, join(nonce.as_bytes(), s.as_bytes())))
    })
}

fn join(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s);
    signature
}

/// `s` plus the order: the same number to who does not look.
fn beyond_order(s: &[u8]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|i| {
        let sum = u16::from(s[i]) + u16::from(ORDER[i]) + carry;
        carry = sum >> 8;
        sum as u8
    })
}

#[test]
fn strict_verification_accepts_what_it_promises_and_nothing_else() {
    let large = |seed: u8| Scalar::from_bytes_mod_order([seed; 32]);
    let (mut made, mut accepted) = (0, 0);
    for (a_scalar, r_scalar) in [
        (large(5), large(6)),
        (large(5), Scalar::ZERO),
        (Scalar::ZERO, large(6)),
        (Scalar::ZERO, Scalar::ZERO),
    ] {
        for (a_torsion, r_torsion) in (0..8).flat_map(|a| (0..8).map(move |r| (a, r))) {
            let a = Part {
                scalar: a_scalar,
                torsion: a_torsion,
            };
            let r = Part {
                scalar: r_scalar,
                torsion: r_torsion,
            };
            let key = a.point().compress();
            for cancels in [true, false] {
                let Some((message, signature)) = sign(a, r, cancels) else {
                    continue;
                };
                let wanted = cancels && a_scalar != Scalar::ZERO && r_scalar != Scalar::ZERO;
                let ours = accepts(key.as_bytes(), &message, &signature);
                assert_eq!(ours, wanted, "A {a_torsion}, R {r_torsion}, {cancels}");
                let s = beyond_order(&signature[32..]);
                let malleable = join(signature[..32].try_into().unwrap(), &s);
                assert!(!accepts(key.as_bytes(), &message, &malleable));
                made += 2;
                accepted += usize::from(ours);
            }
        }
    }
    // Of the 64 pairs of torsion those cancel out in which the key's generates the nonce's.
    assert!(
        made > 250 && accepted >= 30,
        "{made} made, {accepted} accepted"
    );
}

/// The points of small order that have a second spelling: y = p and y = p + 1, and x = 0 with its sign set.
const OTHER_SPELLINGS: [(u8, u8, u8); 6] = [
    (0x01, 0x00, 0x80), // y = 1, sign set
    (0xec, 0xff, 0xff), // y = -1, sign set
    (0xed, 0xff, 0x7f), // y = p, that is 0
    (0xed, 0xff, 0xff), // the same, sign set
    (0xee, 0xff, 0x7f), // y = p + 1, that is 1
    (0xee, 0xff, 0xff), // the same, sign set
];

#[test]
fn points_written_otherwise_are_refused_as_key_and_as_nonce() {
    let honest = Part {
        scalar: Scalar::from_bytes_mod_order([5; 32]),
        torsion: 0,
    };
    let key = honest.point().compress();
    for (first, middle, last) in OTHER_SPELLINGS {
        let mut point = [middle; 32];
        (point[0], point[31]) = (first, last);
        for n in 0_u64..64 {
            let message = n.to_be_bytes();
            // As a key of small order any S with R = S B verifies to who only multiplies by the cofactor.
            let r = (honest.scalar * BASE).compress();
            let as_key = join(r.as_bytes(), honest.scalar.as_bytes());
            assert!(!accepts(&point, &message, &as_key));
            // As a nonce: S = k a leaves R alone, hashed as it is written.
            let k = challenge(&point, key.as_bytes(), &message);
            let as_nonce = join(&point, (k * honest.scalar).as_bytes());
            assert!(!accepts(key.as_bytes(), &message, &as_nonce));
        }
    }
}

#[test]
fn each_point_of_small_order_is_refused_as_key() {
    for point in EIGHT_TORSION {
        let key = point.compress();
        for n in 0_u64..64 {
            let forged = join(key.as_bytes(), &[0; 32]);
            assert!(!accepts(key.as_bytes(), &n.to_be_bytes(), &forged));
        }
    }
}

#[test]
fn numbers_far_beyond_the_order_are_refused() {
    let part = Part {
        scalar: Scalar::from_bytes_mod_order([5; 32]),
        torsion: 0,
    };
    let (message, signature) = sign(part, part, true).unwrap();
    let key = part.point().compress();
    assert!(accepts(key.as_bytes(), &message, &signature));
    for bit in [0xe0, 0x80, 0x40, 0x20] {
        let mut far = signature;
        far[63] |= bit;
        assert!(!accepts(key.as_bytes(), &message, &far));
    }
}
