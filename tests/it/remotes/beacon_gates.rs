//! The reports that count: those of versions that the shop serves at this moment, and none is hidden by a flood of others.
//! The form of a report, and the limits of their number, are `beacon.rs`'s subject.

use std::time::Duration;

use storefront_tests::bundle;
use storefront_tests::object_store::{Rollout, Store as _};
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::{PRODUCTS, Rig, eventually, page_of, same};
use crate::remotes::beacon::{post, report};
use crate::rollout::visitors::development;

/// A report of another version and kind than [`report`]'s.
fn of(version: &str, kind: &str, message: &str) -> String {
    let own = bundle::remote(PRODUCTS).version;
    report(message).replace(&format!("\"{own}\""), &format!("\"{version}\"")).replace("import", kind)
}

#[test]
fn a_flood_of_made_up_versions_hides_no_report_and_counts_for_nothing() {
    let Rig { shop, .. } = crate::faults::calm();
    let mut faults = Faults::default();
    for number in 0..40 {
        let answer = shop.server.send(&post(of("0.0.1", "contract", &format!("made up {number}"))));
        faults.equal("a made-up version", &answer.status, &204);
    }
    let own = bundle::remote(PRODUCTS).version;
    let answer = shop.server.send(&post(of(&own, "contract", "honest, after the flood")));
    faults.equal("the honest report", &answer.status, &204);
    shop.server.expect_output("honest, after the flood");
    faults.expect(!shop.server.output().contains("made up 0"), || "a version that nobody has is in the log".to_owned());
    faults.report("whoever invents versions must neither stop a rollout nor hide what is wrong with it");
}

#[test]
fn a_report_counts_for_the_canary_and_for_a_preview_of_its_sender() {
    let trial = development();
    let server = &trial.shop.server;
    let (canary, next) = (trial.canary.number(), trial.next.number());
    let mut faults = Faults::default();
    let send = |faults: &mut Faults, request| faults.equal("status", &server.send(&request).status, &204);
    send(&mut faults, post(of(canary, "mount", "of the canary")));
    send(&mut faults, post(of(next, "mount", "of what nobody gets")));
    let cookie = format!("storefront-preview=remote.products={next}");
    send(&mut faults, post(of(next, "mount", "of a preview")).header("cookie", &cookie));
    // In the order in which they were sent, so with the last one the others are through.
    server.expect_output("of a preview");
    let output = server.output();
    faults.expect(output.contains("of the canary"), || "the canary's report is not in the log".to_owned());
    faults.expect(!output.contains("of what nobody gets"), || "a version that is not released counts".to_owned());
    faults.report("what is served is bundled, stable, canary, fallback, or the sender's own preview");
}

/// A shop that has heard nothing of its store yet, which has a release with a canary of 8.1.0.
fn cold(variables: &[(&str, &str)]) -> Rig {
    let rig = Rig::start("gates", variables);
    let stable = rig.shop.bundled(PRODUCTS);
    let canary = stable.derived("8.1.0");
    rig.publish(&stable);
    rig.publish(&canary);
    let mut rollout = Rollout::first(&stable);
    rollout.canary(&canary, 5);
    rig.store.release(&rollout);
    rig
}

#[test]
fn an_isolate_that_has_shown_no_page_yet_knows_the_canary() {
    let rig = cold(&[]);
    assert_eq!(rig.shop.server.send(&post(of("8.1.0", "timeout", "to a cold isolate"))).status, 204);
    rig.shop.server.expect_output("to a cold isolate");
}

#[test]
fn a_report_waits_for_the_release_that_a_page_has_stopped_waiting_for() {
    for late in [400, 1_000] {
        let rig = cold(&[]);
        rig.store.break_it("/", Fault::Slow(Duration::from_millis(late)));
        // It waits 150 ms and shows what was built with the shop; the question goes on behind it.
        assert_eq!(rig.shop.server.get(page_of(PRODUCTS)).status, 200);
        let message = format!("to a store that takes {late} ms");
        let answer = rig.shop.server.send(&post(of("8.1.0", "mount", &message)));
        assert_eq!(answer.status, 204, "{answer}");
        rig.shop.server.expect_output(&message);
    }
}

#[test]
fn reports_that_nobody_can_judge_are_counted_and_stop_the_trial() {
    let times = [("RELEASE_FRESH_MS", "500"), ("STORE_TIMEOUT_MS", "1000")];
    let line = "{\"event\":\"remote-refused\",\"remote\":\"products\",\"version\":\"8.1.0\",\"count\":";
    for hangs in [false, true] {
        let rig = cold(&times);
        let server = &rig.shop.server;
        if hangs {
            rig.store.break_it("/", Fault::Slow(Duration::from_secs(20)));
        } else {
            rig.store.refuse();
        }
        let mut faults = Faults::default();
        // The second one comes while the failure of the first one is remembered.
        for _ in 0..2 {
            let answer = server.send(&post(of("8.1.0", "mount", "of nobody knows what")));
            faults.equal("of the canary", &answer.status, &429);
            faults.expect(answer.header("retry-after").is_some(), || format!("no word when to come back: {answer}"));
        }
        server.expect_output(line);
        let own = bundle::remote(PRODUCTS).version;
        let answer = server.send(&post(of(&own, "mount", "of what was built with the shop")));
        faults.equal("of the bundled version", &answer.status, &204);
        server.expect_output("of what was built with the shop");

        if hangs {
            rig.store.mend("/");
        } else {
            rig.store.accept();
        }
        eventually("the store is back", || {
            same("status", &server.send(&post(of("8.1.0", "mount", "when the store is back"))).status, &204)
        });
        server.expect_output("when the store is back");
        faults.report("a report that is dropped without a count would be a trial that looks sound");
    }
}
