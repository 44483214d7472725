//! What the compiled Worker answers, in the real runtime: the HTTP contract from outside.
//! Needs `cargo xtask build`; `cargo xtask test` runs it after that. Browsers are the subject of `tests/browser`.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

mod addresses;
mod beacon;
mod beacon_gates;
mod caching;
mod codes;
mod concurrency;
mod configuration;
mod corpus;
mod cross_origin;
mod fault;
mod fault_cold;
mod fault_files;
mod fault_flood;
mod fault_hanging;
mod fault_latency;
mod fault_manifests;
mod fault_releases;
mod fault_removed;
mod fault_restart;
mod files;
mod header_size;
mod hostile;
mod kinds;
mod large;
mod methods;
mod missing;
mod observed;
mod operator_catalogs;
mod operator_commands;
mod operator_foreign;
mod operator_patience;
mod operator_races;
mod operator_recover;
mod operator_repeats;
mod operator_shop;
mod origin_api;
mod origin_commands;
mod origin_connections;
mod origin_feed;
mod origin_followed;
mod origin_hostile;
mod origin_log;
mod origin_reload;
mod origin_traces;
mod pages;
mod poisoning;
mod ranges;
mod redirects;
mod rollout_cohorts;
mod rollout_files;
mod rollout_previews;
mod rollout_visitors;
mod security;
mod security_txt;
mod shared_cache;
mod shop_api;
mod smoke;
mod smuggling;
mod structured;
mod validators;

use std::fmt::Display;

/// Gathers everything that is wrong, so that one run of a table shows all of it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, fault: impl Display) {
        self.0.push(fault.to_string());
    }

    fn expect(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.0.push(fault());
        }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: impl Display, found: &T, expect: &T) {
        if found != expect {
            self.0.push(format!("{what}: found {found:?}, expected {expect:?}"));
        }
    }

    /// Fails the test if there were any; the hint says what to look at.
    #[track_caller]
    fn report(self, hint: &str) {
        let Faults(faults) = self;
        assert!(faults.is_empty(), "{} wrong:\n- {}\nhint: {hint}", faults.len(), faults.join("\n- "));
    }
}
