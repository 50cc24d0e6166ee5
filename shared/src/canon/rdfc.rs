//! RDF Dataset Canonicalization (RDFC-1.0, with SHA-256): the octets that an `eddsa-rdfc-2022` proof is made over.
//!
//! Blank nodes get names by what is said of them, so that the same statements always give the same octets. Graphs can be
//! made on purpose for which that takes for ever (7.1, dataset poisoning): the work is bounded, and passing the bound is
//! an error.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::rdf::{Dataset, Quad, Term};
use crate::limits::{RDFC_DEPTH, RDFC_STEPS};

/// The dataset cannot be named within the bound of work: it was made to be costly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document's unnamed nodes are so entangled that telling them apart takes too long")]
pub struct TooMuchWork;

/// The canonical N-Quads of `dataset` (4.4.3): names given, lines sorted by code point, each once.
pub fn canonicalize(dataset: &Dataset<'_>) -> Result<Vec<u8>, TooMuchWork> {
    let mut naming = Naming::new(dataset);
    naming.name_all()?;
    Ok(naming.lines())
}

/// Octets of predicates that are hashed in about the time of a step.
const OCTETS_OF_A_STEP: usize = 256;

type Hash = [u8; 64];

/// SHA-256 as 64 hexadecimal digits: how RDFC-1.0 passes hashes on.
fn hash(octets: &[u8]) -> Hash {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    let mut hex = [0; 64];
    for (pair, octet) in hex.chunks_exact_mut(2).zip(Sha256::digest(octets)) {
        pair.copy_from_slice(&[digit(octet >> 4), digit(octet & 15)]);
    }
    hex
}

/// Temporary names, in the order in which they were given (4.5).
#[derive(Clone, Default)]
struct Issuer {
    names: BTreeMap<u32, usize>,
    order: Vec<u32>,
}

impl Issuer {
    fn name(&self, node: u32) -> Option<usize> {
        self.names.get(&node).copied()
    }

    fn issue(&mut self, node: u32) -> usize {
        let next = self.order.len();
        let name = *self.names.entry(node).or_insert(next);
        if name == next {
            self.order.push(node);
        }
        name
    }
}

struct Naming<'d, 't> {
    dataset: &'d Dataset<'t>,
    /// The statements that speak of each node (4.4.3, step 2).
    mentions: Vec<Vec<&'d Quad<'t>>>,
    first: Vec<Option<Hash>>,
    canonical: Issuer,
    steps: usize,
}

impl<'d, 't> Naming<'d, 't> {
    fn new(dataset: &'d Dataset<'t>) -> Self {
        let count = usize::try_from(dataset.blank_nodes).unwrap_or(usize::MAX);
        let mut mentions: Vec<Vec<&Quad<'t>>> = vec![Vec::new(); count];
        for quad in &dataset.quads {
            for (term, _) in quad.places() {
                if let Some(of) = place(term).and_then(|node| mentions.get_mut(node))
                    && !of.last().is_some_and(|last| std::ptr::eq(*last, quad))
                {
                    of.push(quad);
                }
            }
        }
        Self {
            dataset,
            mentions,
            first: vec![None; count],
            canonical: Issuer::default(),
            steps: RDFC_STEPS,
        }
    }

    /// 4.4.3, steps 3 to 5: nodes with a hash of their own first, then the others by what lies around them.
    fn name_all(&mut self) -> Result<(), TooMuchWork> {
        let mut by_hash: BTreeMap<Hash, Vec<u32>> = BTreeMap::new();
        let mentioned = |node: &u32| {
            let index = usize::try_from(*node).unwrap_or(usize::MAX);
            self.mentions.get(index).is_some_and(|of| !of.is_empty())
        };
        let nodes: Vec<u32> = (0..self.dataset.blank_nodes).filter(mentioned).collect();
        for node in nodes {
            by_hash
                .entry(self.first_degree(node))
                .or_default()
                .push(node);
        }
        for nodes in by_hash.values() {
            if let [only] = nodes.as_slice() {
                self.canonical.issue(*only);
            }
        }
        for nodes in by_hash.values().filter(|nodes| nodes.len() > 1) {
            let mut paths = Vec::with_capacity(nodes.len());
            for &node in nodes {
                if self.canonical.name(node).is_none() {
                    let mut issuer = Issuer::default();
                    issuer.issue(node);
                    paths.push(self.n_degree(node, issuer, 0)?);
                }
            }
            paths.sort_by_key(|(hash, _)| *hash);
            for node in paths.iter().flat_map(|(_, issuer)| &issuer.order) {
                self.canonical.issue(*node);
            }
        }
        Ok(())
    }

    fn spend(&mut self, steps: usize) -> Result<(), TooMuchWork> {
        self.steps = self.steps.checked_sub(steps).ok_or(TooMuchWork)?;
        Ok(())
    }

    /// 4.6 Hash First Degree Quads.
    fn first_degree(&mut self, node: u32) -> Hash {
        let index = usize::try_from(node).unwrap_or(usize::MAX);
        if let Some(Some(known)) = self.first.get(index) {
            return *known;
        }
        let named = |out: &mut Vec<u8>, other: u32| {
            out.extend_from_slice(if other == node { b"_:a" } else { b"_:z" });
        };
        let mentions = self.mentions.get(index).map_or(&[][..], Vec::as_slice);
        let mut lines: Vec<Vec<u8>> = mentions.iter().map(|quad| line(quad, &named)).collect();
        lines.sort_unstable();
        let found = hash(&lines.concat());
        if let Some(place) = self.first.get_mut(index) {
            *place = Some(found);
        }
        found
    }

    /// 4.7 Hash Related Blank Node.
    fn related(&mut self, related: u32, quad: &Quad<'_>, issuer: &Issuer, position: u8) -> Hash {
        let mut input = vec![position];
        if position != b'g' {
            input.extend_from_slice(quad.predicate.as_bytes());
        }
        match self.name_so_far(related, issuer) {
            Some(name) => input.extend_from_slice(name.as_bytes()),
            None => input.extend_from_slice(&self.first_degree(related)),
        }
        hash(&input)
    }

    fn name_so_far(&self, node: u32, issuer: &Issuer) -> Option<String> {
        let canonical = self.canonical.name(node).map(|n| format!("_:c14n{n}"));
        canonical.or_else(|| issuer.name(node).map(|n| format!("_:b{n}")))
    }

    /// 4.8 Hash N-Degree Quads, steps 1 to 3: the nodes beside `node`, by how they are related to it.
    fn beside(
        &mut self,
        node: u32,
        issuer: &Issuer,
    ) -> Result<BTreeMap<Hash, Vec<u32>>, TooMuchWork> {
        let index = usize::try_from(node).unwrap_or(usize::MAX);
        let mentions = self.mentions.get(index).cloned().unwrap_or_default();
        let octets: usize = mentions.iter().map(|quad| quad.predicate.len()).sum();
        self.spend(mentions.len() + 1 + octets / OCTETS_OF_A_STEP)?;
        let mut beside: BTreeMap<Hash, Vec<u32>> = BTreeMap::new();
        for quad in mentions {
            for (term, position) in quad.places() {
                if let Term::Blank(other) = *term
                    && other != node
                {
                    let hash = self.related(other, quad, issuer, position);
                    beside.entry(hash).or_default().push(other);
                }
            }
        }
        Ok(beside)
    }

    /// 4.8 Hash N-Degree Quads: of all orders in which to walk what lies around, the one with the least path.
    fn n_degree(
        &mut self,
        node: u32,
        mut issuer: Issuer,
        depth: usize,
    ) -> Result<(Hash, Issuer), TooMuchWork> {
        if depth > RDFC_DEPTH {
            return Err(TooMuchWork);
        }
        let mut data = Vec::new();
        for (related, mut nodes) in self.beside(node, &issuer)? {
            data.extend_from_slice(&related);
            nodes.sort_unstable();
            let mut chosen: Option<(Vec<u8>, Issuer)> = None;
            loop {
                self.spend(nodes.len())?;
                let best = chosen.as_ref().map(|(path, _)| path.as_slice());
                if let Some(better) = self.walk(&nodes, issuer.clone(), best, depth)? {
                    chosen = Some(better);
                }
                if !next_permutation(&mut nodes) {
                    break;
                }
            }
            if let Some((path, walked)) = chosen {
                data.extend_from_slice(&path);
                issuer = walked;
            }
        }
        Ok((hash(&data), issuer))
    }

    /// 4.8, steps 5.4.1 to 5.4.6: the path of one order; `None` as soon as it cannot be less than `best`.
    fn walk(
        &mut self,
        nodes: &[u32],
        mut issuer: Issuer,
        best: Option<&[u8]>,
        depth: usize,
    ) -> Result<Option<(Vec<u8>, Issuer)>, TooMuchWork> {
        let worse = |path: &[u8]| best.is_some_and(|best| path.len() >= best.len() && path >= best);
        let mut path = Vec::new();
        let mut unnamed = Vec::new();
        for &node in nodes {
            match self.canonical.name(node) {
                Some(name) => path.extend_from_slice(format!("_:c14n{name}").as_bytes()),
                None => {
                    if issuer.name(node).is_none() {
                        unnamed.push(node);
                    }
                    path.extend_from_slice(format!("_:b{}", issuer.issue(node)).as_bytes());
                }
            }
            if worse(&path) {
                return Ok(None);
            }
        }
        for node in unnamed {
            let (hash, walked) = self.n_degree(node, issuer.clone(), depth + 1)?;
            path.extend_from_slice(format!("_:b{}", issuer.issue(node)).as_bytes());
            path.push(b'<');
            path.extend_from_slice(&hash);
            path.push(b'>');
            issuer = walked;
            if worse(&path) {
                return Ok(None);
            }
        }
        Ok(match best {
            Some(best) if path.as_slice() >= best => None,
            _ => Some((path, issuer)),
        })
    }

    /// 4.4.3, step 6.
    fn lines(&self) -> Vec<u8> {
        let named = |out: &mut Vec<u8>, node: u32| {
            let name = self.canonical.name(node).unwrap_or_default();
            out.extend_from_slice(format!("_:c14n{name}").as_bytes());
        };
        let mut lines: Vec<Vec<u8>> = self
            .dataset
            .quads
            .iter()
            .map(|quad| line(quad, &named))
            .collect();
        // Octets of UTF-8 sort as code points do.
        lines.sort_unstable();
        lines.dedup();
        lines.concat()
    }
}

fn place(term: &Term<'_>) -> Option<usize> {
    match term {
        Term::Blank(node) => usize::try_from(*node).ok(),
        Term::Text(_) => None,
    }
}

fn line(quad: &Quad<'_>, named: &dyn Fn(&mut Vec<u8>, u32)) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    let write = |out: &mut Vec<u8>, term: &Term<'_>| match term {
        Term::Blank(node) => named(out, *node),
        Term::Text(text) => out.extend_from_slice(text.as_bytes()),
    };
    write(&mut out, &quad.subject);
    out.push(b' ');
    out.extend_from_slice(quad.predicate.as_bytes());
    out.push(b' ');
    write(&mut out, &quad.object);
    if let Some(graph) = &quad.graph {
        out.push(b' ');
        write(&mut out, graph);
    }
    out.extend_from_slice(b" .\n");
    out
}

/// The next order of `items` in the order of orders; `false` after the last.
fn next_permutation(items: &mut [u32]) -> bool {
    let rises = |pair: &[u32]| matches!(pair, [a, b] if a < b);
    let Some(pivot) = items.windows(2).rposition(rises) else {
        return false;
    };
    let (before, after) = items.split_at_mut(pivot + 1);
    if let Some(pivot) = before.last_mut()
        && let Some(next) = after.iter_mut().rev().find(|item| **item > *pivot)
    {
        std::mem::swap(pivot, next);
    }
    after.reverse();
    true
}
