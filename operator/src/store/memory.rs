//! A store in memory with exact compare-and-swap, for the tests of what the commands decide: others come in between and answers get
//! lost exactly where a test says so. Objects get tags by a counter, so that the same bytes written twice are two states.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Condition, Listed, Object, StoreError, Tag};
use crate::clock::Seconds;

#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Each with the time at which it was written.
    objects: BTreeMap<String, (Object, Seconds)>,
    writes: u64,
    now: Seconds,
    /// Every key that was written, in order.
    written: Vec<String>,
    /// What happens to the next write of a key, the first one first.
    mishaps: Vec<(String, Mishap)>,
}

/// What happens to a write.
#[derive(Clone, Debug)]
pub(crate) enum Mishap {
    /// Somebody else writes this right before it.
    Other(Vec<u8>),
    /// It is done, its answer is lost, and its second try meets what the first one wrote.
    AnswerLost,
    /// It is not done, its first try is lost, and its second try meets this, which somebody else wrote meanwhile.
    LostToOther(Vec<u8>),
    /// All its tries end without an answer; the last one was done, or none was.
    Silence {
        /// Whether it was done.
        done: bool,
    },
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The time at which the next objects are written.
    pub(crate) fn set_time(&self, now: Seconds) {
        self.state().now = now;
    }

    /// Lets something happen to the next write of `key` that nothing happens to yet.
    pub(crate) fn mishap(&self, key: &str, mishap: Mishap) {
        self.state().mishaps.push((key.to_owned(), mishap));
    }

    /// Every key there is.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// Every key that was written, in order.
    pub(crate) fn written(&self) -> Vec<String> {
        self.state().written.clone()
    }

    /// Replaces an object without any condition, as a hand in the bucket would.
    pub(crate) fn force(&self, key: &str, bytes: Vec<u8>) {
        self.state().write(key, bytes, "application/octet-stream");
    }

    pub(super) fn get(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        let found = self.state().objects.get(key).map(|(object, _)| object.clone());
        match found {
            Some(object) if object.bytes.len() as u64 > limit => {
                Err(StoreError::TooLarge { key: key.to_owned(), limit })
            }
            found => Ok(found),
        }
    }

    pub(super) fn put(
        &self,
        key: &str,
        bytes: &[u8],
        content_type: &str,
        condition: Condition<'_>,
    ) -> Result<Tag, StoreError> {
        let mut state = self.state();
        let awaited = state.mishaps.iter().position(|(awaited, _)| awaited == key);
        let write = |state: &mut State| {
            let present = state.objects.get(key).map(|(object, _)| &object.tag);
            let holds = match condition {
                Condition::Absent => present.is_none(),
                Condition::Unchanged(tag) => present == Some(tag),
            };
            holds.then(|| state.write(key, bytes.to_vec(), content_type))
        };
        let lost = Err(StoreError::Conflict { key: key.to_owned(), sure: false });
        match awaited.map(|position| state.mishaps.remove(position).1) {
            None => {}
            Some(Mishap::Other(bytes)) => {
                state.write(key, bytes, "application/json");
            }
            Some(Mishap::AnswerLost) => {
                write(&mut state);
                return lost;
            }
            Some(Mishap::LostToOther(bytes)) => {
                state.write(key, bytes, "application/json");
                return lost;
            }
            Some(Mishap::Silence { done }) => {
                if done {
                    write(&mut state);
                }
                let source = "the connection broke off".into();
                return Err(StoreError::Unreachable { doing: "write", key: key.to_owned(), attempt: 3, source });
            }
        }
        write(&mut state).ok_or(StoreError::Conflict { key: key.to_owned(), sure: true })
    }

    pub(super) fn list(&self, prefix: &str) -> Vec<Listed> {
        let state = self.state();
        let found = state.objects.iter().filter(|(key, _)| key.starts_with(prefix));
        found
            .map(|(key, (object, modified))| Listed {
                key: key.clone(),
                size: object.bytes.len() as u64,
                modified: *modified,
            })
            .collect()
    }

    pub(super) fn folders(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.keys().iter().filter_map(|key| key.split_once('/')).map(|(name, _)| name.to_owned()).collect();
        names.dedup();
        names
    }

    pub(crate) fn delete(&self, key: &str) {
        self.state().objects.remove(key);
    }
}

impl State {
    fn write(&mut self, key: &str, bytes: Vec<u8>, content_type: &str) -> Tag {
        self.writes += 1;
        self.written.push(key.to_owned());
        let tag = Tag(format!("\"{}\"", self.writes));
        let object = Object { bytes, tag: tag.clone(), content_type: Some(content_type.to_owned()) };
        self.objects.insert(key.to_owned(), (object, self.now));
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_happens_only_in_the_state_that_was_read() {
        let memory = Memory::default();
        let put = |bytes: &[u8], condition: Condition<'_>| memory.put("a", bytes, "text/css", condition);
        let first = put(b"1", Condition::Absent).unwrap();
        assert!(matches!(put(b"2", Condition::Absent), Err(StoreError::Conflict { sure: true, .. })));
        let second = put(b"2", Condition::Unchanged(&first)).unwrap();
        assert!(put(b"3", Condition::Unchanged(&first)).is_err());
        assert_eq!(memory.get("a", 1).unwrap().unwrap().tag, second);
        memory.delete("a");
        assert!(put(b"3", Condition::Unchanged(&second)).is_err(), "nothing is there to be replaced");
    }

    #[test]
    fn too_much_is_not_read() {
        let memory = Memory::default();
        memory.force("a", vec![0; 3]);
        assert!(matches!(memory.get("a", 2), Err(StoreError::TooLarge { limit: 2, .. })));
        assert!(memory.get("a", 3).unwrap().is_some());
        assert!(memory.get("b", 3).unwrap().is_none());
    }
}
