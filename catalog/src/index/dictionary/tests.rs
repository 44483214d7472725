//! Words that are written come back, and damaged bytes are survived.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};

use super::{Dictionary, Entry, Writer};
use crate::index::format::Column;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn words_are_found_where_they_are(
        words in prop::collection::btree_map("[a-d]{1,5}|[a-z0-9]{1,64}", (0_u32..100_000, prop::bool::ANY), 0..200),
        asked in "[a-e]{0,4}",
    ) {
        let words: BTreeMap<Vec<u8>, Entry> = words
            .into_iter()
            .map(|(word, (term, is_written))| (word.into_bytes(), Entry { term, is_written }))
            .collect();
        let mut writer = Writer::default();
        for (word, entry) in &words {
            writer.push(word, *entry);
        }
        let starts: Vec<[u8; 4]> = writer.starts.iter().map(|start| start.to_le_bytes()).collect();
        let dictionary = Dictionary { blocks: Column::of(&starts), words: &writer.bytes };
        for (word, entry) in &words {
            prop_assert_eq!(dictionary.entry(word), Some(*entry));
        }
        prop_assert_eq!(dictionary.entry(asked.as_bytes()), words.get(asked.as_bytes()).copied());
        let mut walk = dictionary.from(asked.as_bytes());
        for (word, entry) in words.range(asked.clone().into_bytes()..) {
            prop_assert_eq!(walk.next_entry(), Some((word.as_slice(), *entry)));
        }
        prop_assert_eq!(walk.next(), None);
    }

    #[test]
    fn damaged_words_are_survived(bytes in prop::collection::vec(0_u8..=255, 0..600)) {
        let starts: Vec<[u8; 4]> = bytes.as_chunks().0.to_vec();
        let dictionary = Dictionary { blocks: Column::of(&starts), words: &bytes };
        let mut walk = dictionary.from(b"m");
        while walk.next().is_some() {}
    }
}
