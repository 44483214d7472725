//! The responses of the compiled Worker, of the origin and of the command line, in the real runtime: the contract from outside.
//! Needs `cargo xtask build`; `cargo xtask test` runs it after that. Browsers are the subject of `tests/browser`.
//!
//! | to test … | open |
//! | --- | --- |
//! | a kind of response: status, type, caching | `http/kinds.rs`, a line; methods, validators, addresses: beside it |
//! | the API on every host | `api/`, and a line in `catalog/corpus/requests.txt` |
//! | the cart | `cart/` |
//! | the checkout and the page of an order | `checkout/` |
//! | pages without JavaScript | `pages/` |
//! | payments with Stripe, and its double | `payments/` |
//! | versions, cohorts, previews | `rollout/`; files and reports of remotes: `remotes/` |
//! | a store or an origin that fails | `faults/`; the origin itself and the feed: `origin/` |
//! | races, kills and mails while the origin sells | `selling/` |
//! | edge and origin of different releases | `releases/` |
//! | a security requirement | `security/` |
//! | a command of the operator | `operator/` |
//! | configuration, logs, deployment | `deployment/` |
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

mod api;
mod cart;
mod checkout;
mod deployment;
mod engines;
mod faults;
mod http;
mod office;
mod operator;
mod origin;
mod pages;
mod payments;
mod releases;
mod remotes;
mod rollout;
mod security;
mod selling;

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
