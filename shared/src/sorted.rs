//! A map of few entries. The standard one is quicker for many and costs the browser's module six thousand octets for every
//! type it is made with.

use std::borrow::Borrow;

/// Entries in the order of their keys, each key once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Sorted<K, V> {
    /// The first of several entries with one key counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut sorted = Self::default();
        for (key, value) in entries {
            if let Err(between) = sorted.find(&key) {
                sorted.0.insert(between, (key, value));
            }
        }
        sorted
    }
}

impl<K: Ord, V> Sorted<K, V> {
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0
            .binary_search_by(|(other, _)| other.borrow().cmp(key))
    }

    /// What stands under the key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Put `value` under the key, in the place of what was there.
    pub fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(there) => {
                if let Some(entry) = self.0.get_mut(there) {
                    entry.1 = value;
                }
            }
            Err(between) => self.0.insert(between, (key, value)),
        }
    }

    /// Every entry, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_the_standard_map_holds(entries in prop::collection::vec((0..20_u8, any::<u8>()), 0..40)) {
            let mut sorted = Sorted::default();
            for (key, value) in &entries {
                sorted.insert(*key, *value);
            }
            let collected: Sorted<u8, u8> = entries.iter().rev().copied().collect();
            prop_assert_eq!(&collected, &sorted);
            let standard: BTreeMap<u8, u8> = entries.into_iter().collect();
            prop_assert!(sorted.iter().map(|(key, value)| (key, value)).eq(&standard));
            for key in 0..20 {
                prop_assert_eq!(sorted.get(&key), standard.get(&key));
            }
        }
    }
}
