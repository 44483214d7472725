//! Publications that were begun before, meet others, or lose responses of the store.
//! The store is in memory.

use super::*;
use crate::failure;
use crate::store::memory::{Memory, Mishap};
use crate::testing::{Folder, NOW, run};

const FILES: [(&str, &str); 3] = [("a.js", "one"), ("b.js", "two"), ("c.css", "three")];
const KEYS: [&str; 4] = ["cart/1.0.0/a.js", "cart/1.0.0/b.js", "cart/1.0.0/c.css", "cart/1.0.0/manifest.json"];

struct Place {
    memory: Memory,
    folder: Folder,
}

impl Place {
    fn new() -> Place {
        let memory = Memory::default();
        memory.set_time(NOW);
        Place { memory, folder: Folder::of("1.0.0", &FILES) }
    }

    fn publish(&self, dry: bool) -> Result<Outcome> {
        let package = Package::of_folder(&self.folder.path)?;
        let bucket = Bucket::Memory(self.memory.clone());
        run(super::run(&bucket, &package, dry, &Progress::bytes("publishing", package.size())))
    }

    #[track_caller]
    fn refuses(&self, key: &str) {
        let error = self.publish(false).unwrap_err();
        assert_eq!(failure::exit(&error), Exit::Conflict);
        let expect = format!(
            "error: `1.0.0` of `cart` is taken\n  Caused by: `{key}` is in the store with other bytes\n\n\
             hint: a published version never changes: give `cart` a new version and publish that\n"
        );
        assert_eq!(failure::render(&error), expect);
    }
}

#[test]
fn the_manifest_is_last_and_a_second_time_does_nothing() {
    let place = Place::new();
    assert_eq!(place.publish(false).unwrap(), Outcome::Published);
    assert_eq!(place.memory.written(), KEYS);
    assert_eq!(place.publish(false).unwrap(), Outcome::Unchanged);
    assert_eq!(place.publish(true).unwrap(), Outcome::Unchanged);
    assert_eq!(place.memory.written(), KEYS);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    assert_eq!(place.publish(true).unwrap(), Outcome::Published);
    assert_eq!(place.memory.keys(), [""; 0]);
}

#[test]
fn what_was_begun_is_finished() {
    for done in 0..KEYS.len() {
        let place = Place::new();
        assert_eq!(place.publish(false).unwrap(), Outcome::Published);
        for key in &KEYS[done..] {
            place.memory.delete(key);
        }
        assert_eq!(place.publish(false).unwrap(), Outcome::Published, "{done} were there");
        assert_eq!(place.memory.keys(), KEYS);
        assert_eq!(place.memory.written()[KEYS.len()..], KEYS[done..]);
    }
}

#[test]
fn a_file_that_was_lost_later_is_put_back() {
    let place = Place::new();
    place.publish(false).unwrap();
    place.memory.delete(KEYS[1]);
    assert_eq!(place.publish(false).unwrap(), Outcome::Published);
    assert_eq!(place.memory.written().last().unwrap(), KEYS[1]);
}

#[test]
fn other_bytes_are_never_written_over() {
    for key in KEYS {
        let place = Place::new();
        place.memory.force(key, b"other".to_vec());
        place.refuses(key);
        assert!(!place.memory.keys().contains(&KEYS[3].to_owned()) || key == KEYS[3]);
    }
}

#[test]
fn a_taken_version_gets_no_files_beside_its_own() {
    let place = Place::new();
    place.memory.force(KEYS[3], b"other".to_vec());
    place.refuses(KEYS[3]);
    assert_eq!(place.memory.keys(), [KEYS[3]]);
}

#[test]
fn of_two_at_once_the_same_bytes_are_one_and_other_bytes_lose() {
    for (position, key) in KEYS.into_iter().enumerate() {
        let place = Place::new();
        let manifest = std::fs::read_to_string(place.folder.path.join(path::MANIFEST)).unwrap();
        let bytes = FILES.get(position).map_or(manifest, |(_, text)| (*text).to_owned());
        place.memory.mishap(key, Mishap::Other(bytes.into_bytes()));
        assert_eq!(place.publish(false).unwrap(), Outcome::Published);

        let place = Place::new();
        place.memory.mishap(key, Mishap::Other(b"other".to_vec()));
        place.refuses(key);
        assert_eq!(place.memory.written(), KEYS[..=position]);
    }
}

#[test]
fn an_answer_that_was_lost_does_no_harm() {
    for key in KEYS {
        let place = Place::new();
        place.memory.mishap(key, Mishap::AnswerLost);
        assert_eq!(place.publish(false).unwrap(), Outcome::Published);
        assert_eq!(place.memory.written(), KEYS);

        let place = Place::new();
        place.memory.mishap(key, Mishap::Silence { done: true });
        assert_eq!(failure::exit(&place.publish(false).unwrap_err()), Exit::Failure);
        let expect = if key == KEYS[3] { Outcome::Unchanged } else { Outcome::Published };
        assert_eq!(place.publish(false).unwrap(), expect);
        assert_eq!(place.memory.written(), KEYS);
    }
}
