//! Values that are made of one edition of the catalog and kept until the next one. Bounded: beyond the limit all of them go, so that a value that
//! nobody has asked for in long costs what it cost before.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The values of one edition, by key.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    revision: Option<Rc<str>>,
    values: BTreeMap<K, V>,
    bytes: usize,
    limit: usize,
}

impl<K: Ord, V: Clone> Kept<K, V> {
    /// No values, and room for so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { revision: None, values: BTreeMap::new(), bytes: 0, limit }
    }

    /// Turns to the edition that `revision` names; the values of another one go.
    pub(crate) fn turn_to(&mut self, revision: &Rc<str>) {
        if self.revision.as_ref() != Some(revision) {
            *self = Self { revision: Some(Rc::clone(revision)), ..Self::new(self.limit) };
        }
    }

    /// The value of a key.
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key).cloned()
    }

    /// Keeps a value that fills about so many bytes.
    pub(crate) fn keep(&mut self, key: K, value: V, bytes: usize) {
        if self.bytes + bytes > self.limit {
            self.values.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.values.insert(key, value);
    }

    /// The number of values, and the bytes that they fill.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> (usize, usize) {
        (self.values.len(), self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_one_edition() {
        let mut kept = Kept::new(100);
        kept.turn_to(&"a".into());
        kept.keep("x".to_owned(), 1, 10);
        kept.turn_to(&"a".into());
        assert_eq!((kept.get("x"), kept.get("y")), (Some(1), None));
        kept.turn_to(&"b".into());
        assert_eq!((kept.get("x"), kept.bytes), (None, 0));
    }

    #[test]
    fn values_are_bounded() {
        let mut kept = Kept::new(100);
        kept.turn_to(&"a".into());
        for number in 0..1_000 {
            kept.keep(number, number, 7);
            assert!(kept.bytes <= 100 && kept.values.len() <= 14 && kept.get(&number) == Some(number), "{number}");
        }
    }
}
