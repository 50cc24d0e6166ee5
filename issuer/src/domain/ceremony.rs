//! The order of a ceremony: how the certificates of a batch follow each other.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::name::characters::tidy;

/// What an order goes by, as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The certificate number.
    pub number: String,
    /// The graduate's name.
    pub name: String,
}

/// In which order certificates are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As the roster has them.
    #[default]
    Roster,
    /// By name.
    Name,
    /// As a list has them: a certificate number or a name a line.
    File(String),
}

/// Why a list is no order of the certificates. Each problem says where and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list is no order of these certificates: {} problems", .0.len())]
pub struct OrderError(pub Vec<String>);

impl Order {
    /// The places of `papers` in this order. `ended` are the numbers of certificates of the batch that are not printed any
    /// more; a list may still name them.
    pub fn arrange(&self, papers: &[&Listed], ended: &[String]) -> Result<Vec<usize>, OrderError> {
        match self {
            Self::Roster => Ok((0..papers.len()).collect()),
            Self::Name => {
                let mut places: Vec<usize> = (0..papers.len()).collect();
                places.sort_by_cached_key(|&place| {
                    (sorting_key(&papers[place].name), &papers[place].number)
                });
                Ok(places)
            }
            Self::File(text) => by_list(text, papers, ended),
        }
    }
}

/// Names by their letters, whatever their capitals and accents.
fn sorting_key(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    use unicode_normalization::char::is_combining_mark;
    name.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Equal for two spellings of a line: capitals, apostrophes and spaces aside.
fn line_key(text: &str) -> String {
    let plain = tidy(text).replace(['\u{2019}', '\u{2bc}', '\u{2018}'], "'");
    plain.to_lowercase()
}

/// Who is meant by a text.
enum Meant {
    One(usize),
    /// Several have this name.
    Several,
    /// It is not printed any more.
    Ended,
}

fn by_list(text: &str, papers: &[&Listed], ended: &[String]) -> Result<Vec<usize>, OrderError> {
    let mut known: BTreeMap<String, Meant> = BTreeMap::new();
    for (place, paper) in papers.iter().enumerate() {
        known.insert(line_key(&paper.number), Meant::One(place));
        match known.entry(line_key(&paper.name)) {
            Entry::Vacant(vacant) => {
                vacant.insert(Meant::One(place));
            }
            Entry::Occupied(mut taken) => {
                taken.insert(Meant::Several);
            }
        }
    }
    known.extend(ended.iter().map(|number| (line_key(number), Meant::Ended)));
    let mut places = Vec::with_capacity(papers.len());
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    let lines = text.trim_start_matches('\u{feff}').lines();
    for (line, words) in (1..)
        .zip(lines)
        .filter(|(_, words)| !words.trim().is_empty())
    {
        let cell = first_cell(words);
        match known.get(&line_key(cell)) {
            Some(Meant::One(place)) if seen.insert(*place) => places.push(*place),
            Some(Meant::One(_)) => problems.push(format!("line {line}: \"{cell}\" stands twice")),
            Some(Meant::Several) => problems.push(format!(
                "line {line}: several graduates are called \"{cell}\"; write the certificate number"
            )),
            Some(Meant::Ended) => {}
            None if line == 1 && is_heading(cell) => {}
            None => problems.push(format!(
                "line {line}: \"{cell}\" is no certificate number and no name of this batch"
            )),
        }
    }
    let missing = (0..papers.len()).filter(|place| !seen.contains(place));
    problems.extend(missing.map(|place| {
        let Listed { number, name } = papers[place];
        format!("not in the list: {number}, {name}")
    }));
    match problems.is_empty() {
        true => Ok(places),
        false => Err(OrderError(problems)),
    }
}

/// The first cell of a line of CSV, without its quotation marks.
fn first_cell(line: &str) -> &str {
    let line = line.trim();
    let cell = match line.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => line.split([',', ';', '\t']).next(),
    };
    cell.unwrap_or_default().trim()
}

fn is_heading(cell: &str) -> bool {
    let headings = [
        "name",
        "full name",
        "number",
        "certificate",
        "certificate number",
    ];
    headings.contains(&cell.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn listed(names: &[&str]) -> Vec<Listed> {
        let one = |(number, name): (u32, &&str)| Listed {
            number: format!("NC4-{number:03}"),
            name: (*name).to_owned(),
        };
        (1..).zip(names).map(one).collect()
    }

    fn arrange(order: &Order, names: &[&str]) -> Result<Vec<usize>, OrderError> {
        let papers = listed(names);
        order.arrange(&papers.iter().collect::<Vec<_>>(), &["NC4-900".to_owned()])
    }

    const NAMES: [&str; 4] = ["Wanjikũ Ng'ang'a", "amina Hassan", "Zawadi", "Èmile"];

    #[test]
    fn roster_and_name_order() {
        assert_eq!(arrange(&Order::Roster, &NAMES), Ok(vec![0, 1, 2, 3]));
        assert_eq!(arrange(&Order::Name, &NAMES), Ok(vec![1, 3, 0, 2]));
        assert_eq!(arrange(&Order::Name, &["B", "A", "B"]), Ok(vec![1, 0, 2]));
    }

    #[test]
    fn a_list_orders_by_number_or_name() {
        let list = "\u{feff}Name;Award\r\nnc4-003\r\n\r\n  WANJIKŨ   Ng’ang’a;Pass\r\n\"Èmile\",x\nNC4-900\nNC4-002\n";
        assert_eq!(
            arrange(&Order::File(list.to_owned()), &NAMES),
            Ok(vec![2, 0, 3, 1])
        );
    }

    #[test]
    fn every_problem_of_a_list_is_named() {
        let names = ["Amina Hassan", "Amina Hassan", "Zawadi"];
        let list = "Amina Hassan\nNobody\nNC4-001\nNC4-001\n";
        let OrderError(problems) = arrange(&Order::File(list.to_owned()), &names).unwrap_err();
        let wanted = [
            "line 1: several graduates",
            "line 2: \"Nobody\"",
            "line 4: \"NC4-001\" stands twice",
            "not in the list: NC4-002, Amina Hassan",
            "not in the list: NC4-003, Zawadi",
        ];
        assert_eq!(problems.len(), wanted.len(), "{problems:?}");
        for (problem, wanted) in problems.iter().zip(wanted) {
            assert!(problem.starts_with(wanted), "{problem}");
        }
    }

    proptest! {
        #[test]
        fn every_order_is_a_permutation(names in prop::collection::vec("[A-Za-z' ]{1,12}", 1..20), seed: u64) {
            let papers: Vec<Listed> = listed(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let all: Vec<&Listed> = papers.iter().collect();
            let mut lines: Vec<&str> = papers.iter().map(|paper| paper.number.as_str()).collect();
            let turn = usize::try_from(seed % 20).unwrap() % lines.len();
            lines.rotate_left(turn);
            for order in [Order::Roster, Order::Name, Order::File(lines.join("\n"))] {
                let mut places = order.arrange(&all, &[]).unwrap();
                if matches!(order, Order::File(_)) {
                    prop_assert_eq!(places[0], turn);
                }
                places.sort_unstable();
                prop_assert_eq!(places, (0..papers.len()).collect::<Vec<_>>());
            }
        }
    }
}
