//! RDFC-1.0: the W3C's vectors, and that no spelling of a dataset changes its octets.

use cheti_shared::canon::rdf::{self, Dataset, Quad, Term};
use cheti_shared::canon::rdfc::{TooMuchWork, canonicalize};
use cheti_tests::random::Random;
use proptest::prelude::*;

use crate::{nquads, vectors};

/// Vectors that the bound of work refuses, as the suite itself asks of a poisoned graph.
const REFUSED: [&str; 1] = ["074 poison - Clique Graph (negative test)"];

#[test]
fn the_w3c_vectors_hold() {
    let file = vectors("rdfc-1.0.json");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 64);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let ours = canonicalize(&nquads::read(case["input"].as_str().unwrap()));
        match case["expected"].as_str() {
            Some(expected) => {
                assert_eq!(
                    String::from_utf8(ours.unwrap()).unwrap(),
                    expected,
                    "{name}"
                );
            }
            None => assert_eq!(ours, Err(TooMuchWork), "{name}"),
        }
        assert_eq!(case["expected"].is_null(), REFUSED.contains(&name));
    }
}

/// Statements about `nodes` blank nodes with few different words, so that many nodes look alike.
fn any_dataset(nodes: u32) -> impl Strategy<Value = Vec<Quad<'static>>> {
    let node = move || prop_oneof![4 => (0..nodes).prop_map(Term::Blank), 1 => text(&["<x:a>"])];
    let object = prop_oneof![3 => node(), 1 => text(&["\"\"", "\"1\"@sw", "\"1\"^^<x:d>"])];
    let predicate = prop::sample::select(vec!["<x:p>", "<x:q>"]);
    // No graph named by a blank node: RDFC-1.0 (§4.7) hashes a statement's related nodes one by one and not which of them
    // share a statement, so `_:a p _:b _:g` and `_:b p _:a _:h` with different graphs `_:g` and `_:h` tie, and their names
    // depend on the order. Documents of one graph, as credentials without presentations are, cannot come to that.
    let graph = prop_oneof![3 => Just(None), 1 => text(&["<x:g>"]).prop_map(Some)];
    let quad =
        (node(), predicate, object, graph).prop_map(|(subject, predicate, object, graph)| Quad {
            subject,
            predicate: predicate.into(),
            object,
            graph,
        });
    prop::collection::btree_set(quad, 0..14).prop_map(|quads| quads.into_iter().collect())
}

fn text(choices: &[&'static str]) -> impl Strategy<Value = Term<'static>> + use<> {
    prop::sample::select(choices.to_vec()).prop_map(|text| Term::Text(text.into()))
}

/// The same statements about nodes numbered otherwise.
fn renumbered(quads: &[Quad<'static>], numbers: &[u32]) -> Vec<Quad<'static>> {
    let renumber = |term: &Term<'static>| match term {
        Term::Blank(node) => Term::Blank(numbers[*node as usize]),
        text => text.clone(),
    };
    let quad = |quad: &Quad<'static>| Quad {
        subject: renumber(&quad.subject),
        predicate: quad.predicate.clone(),
        object: renumber(&quad.object),
        graph: quad.graph.as_ref().map(renumber),
    };
    quads.iter().map(quad).collect()
}

fn canonical(quads: Vec<Quad<'static>>, blank_nodes: u32) -> Result<String, TooMuchWork> {
    let octets = canonicalize(&Dataset { quads, blank_nodes })?;
    Ok(String::from_utf8(octets).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn order_and_numbers_do_not_matter(
        (quads, shuffled) in any_dataset(6).prop_flat_map(|quads| (Just(quads.clone()), Just(quads).prop_shuffle())),
        numbers in Just((0..6).collect::<Vec<u32>>()).prop_shuffle(),
    ) {
        let plain = canonical(quads, 6).unwrap();
        prop_assert_eq!(&canonical(renumbered(&shuffled, &numbers), 6).unwrap(), &plain);
        // What was named canonically is named so again.
        let again = nquads::read(&plain);
        prop_assert_eq!(String::from_utf8(canonicalize(&again).unwrap()).unwrap(), plain);
    }
}

/// A graph of arrows between `n` nodes that nothing else tells apart; bit `n * from + to` is an arrow.
fn arrows(n: u32, bits: u64) -> Vec<Quad<'static>> {
    let pairs = (0..n).flat_map(|from| (0..n).map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| bits >> (n * from + to) & 1 == 1)
        .map(|(from, to)| Quad {
            subject: Term::Blank(from),
            predicate: "<x:p>".into(),
            object: Term::Blank(to),
            graph: None,
        })
        .collect()
}

/// Every order of `0..n`.
fn orders(n: u32) -> Vec<Vec<u32>> {
    (0..n).fold(vec![Vec::new()], |shorter, next| {
        let longer = |order: &Vec<u32>| {
            let at = |at: usize| {
                let mut order = order.clone();
                order.insert(at, next);
                order
            };
            (0..=order.len()).map(at).collect::<Vec<_>>()
        };
        shorter.iter().flat_map(longer).collect()
    })
}

/// The least of all ways to number the nodes: equal for two graphs if and only if they are the same but for numbers.
fn least(n: u32, bits: u64, orders: &[Vec<u32>]) -> u64 {
    let moved = |order: &Vec<u32>| {
        let mut moved = 0;
        for from in 0..n {
            for to in 0..n {
                let bit = bits >> (n * from + to) & 1;
                moved |= bit << (n * order[from as usize] + order[to as usize]);
            }
        }
        moved
    };
    orders.iter().map(moved).min().unwrap()
}

/// Two graphs have the same octets if and only if some numbering makes them equal.
fn assert_octets_tell_graphs_apart(n: u32, graphs: impl Iterator<Item = u64>) {
    let orders = orders(n);
    let mut by_octets = std::collections::BTreeMap::new();
    let mut by_least = std::collections::BTreeMap::new();
    for bits in graphs {
        let octets = canonical(arrows(n, bits), n).unwrap();
        let least = least(n, bits, &orders);
        assert_eq!(
            *by_octets.entry(octets.clone()).or_insert(least),
            least,
            "{n}: {bits:#x}"
        );
        assert_eq!(
            *by_least.entry(least).or_insert_with(|| octets.clone()),
            octets,
            "{n}: {bits:#x}"
        );
    }
}

#[test]
fn octets_tell_small_graphs_apart_and_no_more() {
    for n in 1..=3 {
        assert_octets_tell_graphs_apart(n, 0..1 << (n * n));
    }
    let mut random = Random::seeded(11);
    for n in 4..=6 {
        // Sparse, half full and nearly full ones.
        let graphs: Vec<u64> = (0..1_200)
            .map(|i| {
                let (a, b) = (random.bits(), random.bits());
                let bits = [a & b & random.bits(), a & b, a, a | b][i % 4];
                bits & ((1 << (n * n)) - 1)
            })
            .collect();
        assert_octets_tell_graphs_apart(n, graphs.into_iter());
    }
}

#[test]
fn long_predicates_do_not_stretch_the_bound_of_work() {
    let long = format!("<x:{}>", "p".repeat(900_000));
    let mut quads = arrows(3, 0b011_101_110);
    assert!(canonical(quads.clone(), 3).is_ok());
    for quad in &mut quads {
        quad.predicate = long.clone().into();
    }
    assert_eq!(canonical(quads, 3), Err(TooMuchWork));
}

#[test]
fn lines_are_sorted_by_code_point() {
    let values = ["\u{ffee}", "\u{1f600}", "\u{e000}", "z", "é"];
    let quads = values.map(|value| Quad {
        subject: Term::Text("<x:s>".into()),
        predicate: "<x:p>".into(),
        object: Term::Text(rdf::literal(value, None, None).into()),
        graph: None,
    });
    let lines = canonical(quads.to_vec(), 0).unwrap();
    let sorted = ["z", "é", "\u{e000}", "\u{ffee}", "\u{1f600}"];
    let wanted: String = sorted
        .iter()
        .map(|v| format!("<x:s> <x:p> \"{v}\" .\n"))
        .collect();
    assert_eq!(lines, wanted);
}

#[test]
fn every_control_character_is_escaped_in_the_one_way() {
    for code in (0..=0x9f).chain([0x2028, 0xfeff, 0xffff, 0x1_0000, 0x10_ffff]) {
        let character = char::from_u32(code).unwrap();
        let wanted = match code {
            0x8 => "\\b".to_owned(),
            0x9 => "\\t".to_owned(),
            0xa => "\\n".to_owned(),
            0xc => "\\f".to_owned(),
            0xd => "\\r".to_owned(),
            0x22 => "\\\"".to_owned(),
            0x5c => "\\\\".to_owned(),
            0..=0x1f | 0x7f => format!("\\u{code:04X}"),
            _ => character.to_string(),
        };
        let literal = rdf::literal(&format!("a{character}b"), None, None);
        assert_eq!(literal, format!("\"a{wanted}b\""), "{code:#x}");
        let line = format!("<x:s> <x:p> {literal} .\n");
        let octets = canonicalize(&nquads::read(&line)).unwrap();
        assert_eq!(String::from_utf8(octets).unwrap(), line);
    }
}
