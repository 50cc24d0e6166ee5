//! Changes to the structure of a JSON document, where octets changed at random seldom leave one: members come, go and move,
//! with the keywords of JSON-LD among them and contexts of the document's own.

use cheti_tests::random::Random;
use serde_json::{Value, json};

const NAMES: [&str; 36] = [
    "@id",
    "@type",
    "@value",
    "@list",
    "@set",
    "@graph",
    "@included",
    "@reverse",
    "@nest",
    "@index",
    "@json",
    "@language",
    "@direction",
    "@context",
    "@none",
    "@container",
    "@import",
    "@version",
    "@vocab",
    "@base",
    "@protected",
    "@propagate",
    "@foo",
    "id",
    "type",
    "name",
    "a",
    "b",
    "c",
    "proof",
    "credentialSubject",
    "verifiableCredential",
    "x:y",
    "_:b0",
    "",
    "en",
];

const TEXTS: [&str; 24] = [
    "",
    "a",
    "b",
    "en",
    "ltr",
    "@id",
    "@type",
    "@json",
    "@list",
    "@none",
    "@vocab",
    "@nest",
    "_:b0",
    "_:b1",
    "x:y",
    "https://terms.example/#a",
    "urn:uuid:1",
    "relative",
    "#",
    "VerifiableCredential",
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/examples/v2",
    "http://www.w3.org/2001/XMLSchema#integer",
];

const CONTAINERS: [&str; 8] = [
    "@list",
    "@set",
    "@index",
    "@language",
    "@id",
    "@type",
    "@graph",
    "@json",
];

/// One of the inputs, changed in one to six places of its structure; one that is no JSON comes back as it is.
pub(crate) fn mutated(inputs: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let input = random.pick(inputs);
    let Ok(mut document) = serde_json::from_slice::<Value>(input) else {
        return input.clone();
    };
    for _ in 0..=random.below(6) {
        let places = count(&document);
        let at = random.below(places);
        change(place(&mut document, &mut { at }).unwrap(), random);
    }
    serde_json::to_vec(&document).unwrap()
}

/// How many values it holds, itself included.
fn count(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

fn place<'a>(value: &'a mut Value, at: &mut usize) -> Option<&'a mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Object(members) => members.values_mut().find_map(|value| place(value, at)),
        Value::Array(items) => items.iter_mut().find_map(|item| place(item, at)),
        _ => None,
    }
}

fn change(value: &mut Value, random: &mut Random) {
    match (random.below(8), &mut *value) {
        (0..=3, Value::Object(members)) => {
            let name = (*random.pick(&NAMES)).to_owned();
            let made = match name.as_str() {
                "@context" => context(random, 2),
                _ => any(random, 3),
            };
            members.insert(name, made);
        }
        (4, Value::Object(members)) if !members.is_empty() => {
            let name = members.keys().nth(random.below(members.len())).cloned();
            let removed = members.remove(&name.unwrap()).unwrap();
            if random.below(2) == 0 {
                members.insert((*random.pick(&NAMES)).to_owned(), removed);
            }
        }
        (0..=2, Value::Array(items)) => {
            let at = random.below(items.len() + 1);
            items.insert(at, any(random, 3));
        }
        (3, Value::Array(items)) => items.reverse(),
        (4, Value::Array(items)) => items.extend(items.clone()),
        (5, value) => *value = json!([value.take()]),
        (6, value) => *value = json!({*random.pick(&NAMES): value.take()}),
        (_, value) => *value = any(random, 3),
    }
}

/// A value at most `depth` deep.
fn any(random: &mut Random, depth: usize) -> Value {
    let kinds = if depth == 0 { 6 } else { 9 };
    match random.below(kinds) {
        0 => Value::Null,
        1 => Value::from(random.below(2) == 0),
        2 => [json!(0), json!(-1), json!(1.5), json!(1e21)][random.below(4)].clone(),
        3..=5 => Value::from(*random.pick(&TEXTS)),
        6 => (0..random.below(3))
            .map(|_| any(random, depth - 1))
            .collect(),
        _ => {
            let members = 0..random.below(4);
            let member = |_| ((*random.pick(&NAMES)).to_owned(), any(random, depth - 1));
            Value::Object(members.map(member).collect())
        }
    }
}

/// A context: a URL, terms of its own, or several.
fn context(random: &mut Random, depth: usize) -> Value {
    match random.below(6) {
        0 => Value::from(*random.pick(&TEXTS)),
        1 if depth > 0 => (0..random.below(3))
            .map(|_| context(random, depth - 1))
            .collect(),
        2 => any(random, 1),
        _ => {
            let terms = 0..1 + random.below(3);
            let term = |_| ((*random.pick(&NAMES)).to_owned(), definition(random, depth));
            Value::Object(terms.map(term).collect())
        }
    }
}

fn definition(random: &mut Random, depth: usize) -> Value {
    let mut definition = json!({"@id": *random.pick(&TEXTS)});
    for _ in 0..random.below(3) {
        match random.below(7) {
            0 | 1 => definition["@container"] = Value::from(*random.pick(&CONTAINERS)),
            2 => {
                definition["@container"] =
                    json!([*random.pick(&CONTAINERS), *random.pick(&CONTAINERS)])
            }
            3 => definition["@type"] = Value::from(*random.pick(&TEXTS)),
            4 if depth > 0 => definition["@context"] = context(random, depth - 1),
            5 => definition = json!({"@reverse": *random.pick(&TEXTS)}),
            _ => {
                let name = *random.pick(&["@nest", "@index", "@prefix", "@protected", "@language"]);
                definition[name] = any(random, 0);
            }
        }
    }
    match random.below(4) {
        0 => any(random, 0),
        1 => Value::from(*random.pick(&TEXTS)),
        _ => definition,
    }
}
